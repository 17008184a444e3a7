import type {Setting} from '../config/effective.ts';

/** A setting as the commands print it; `shown` is its value, a secret masked unless it was revealed. */
export function settingJson(setting: Setting, shown = setting.value) {
  const {section, option, unknown, source, overridden, differs, secret, fingerprint, ignored} = setting;
  return {
    section,
    option,
    ...(shown === undefined ? {} : {value: shown}),
    ...(unknown === undefined ? {} : {unknown}),
    secret,
    ...(fingerprint === undefined ? {} : {fingerprint}),
    source,
    ...(overridden === undefined ? {} : {overridden}),
    ...(differs === undefined ? {} : {differs}),
    ...(ignored === undefined ? {} : {ignored}),
  };
}
