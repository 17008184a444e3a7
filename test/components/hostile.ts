/** Texts that a server may send to disturb a terminal, or that are merely hard to measure. */
export const hostile = [
  '\x1b[31mred\x1b[0m\x1b]0;title\x07',
  'carriage\rreturn',
  'line\nfeed\ttab\x00nul\x7f\x9b31m',
  '\u202egnp.exe\u202c \u2066isolate\u2069 \u200f',
  'x'.repeat(10_000),
  '日本語のとても長い名前のワークフロー定義'.repeat(5),
  '한국어 작업 이름이 아주 깁니다 정말로',
  '👩‍👩‍👧‍👦 family 🇪🇺 flag 👍🏽 thumb ⚠️ 0️⃣',
  `e${'\u0301'.repeat(500)} zalgo`,
  '\u0301leading mark',
  'zero\u200bwidth\ufeff\u00ad',
  'हिन्दी में नाम กำลังทำงาน',
  '\ud800 lone surrogate \udc00',
  '',
  '🚀'.repeat(90),
] as const;
