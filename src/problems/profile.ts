/** Expected failures of profiles.ini, of the secrets it names and of the command line. */
export const profileProblems = {
  'profile.unreadable': {
    title: 'profiles.ini cannot be read',
    hint: 'Correct the file; docs/profiles.md describes it.',
  },
  'profile.unsafe': {
    title: 'profiles.ini is not safe from other users',
    hint: 'Make the file your own, and run chmod 600 on it.',
  },
  'profile.cut': {
    title: 'A value in profiles.ini would lose its end',
    hint: 'Put the value in double quotes: everything after an unquoted ; or # is a comment.',
  },
  'profile.invalid': {
    title: 'A line in profiles.ini is not understood',
    hint: 'Correct the line; docs/profiles.md lists the keys.',
  },
  'profile.unknown': {
    title: 'There is no such profile',
    hint: 'Name one of the profiles in profiles.ini, or none.',
  },
  'profile.secret': {
    title: 'A secret of the profile could not be fetched',
    hint: 'Run the command of the profile by hand, or set the variable that it names.',
  },
  'profile.keyring': {
    title: 'The keyring did not do it',
    hint: 'Is the session of the desktop open and its keyring unlocked? Put the secret there with "secret-tool store --label=windsock service SERVICE username ACCOUNT", or keep it elsewhere.',
  },
  'profile.no-keyring': {
    title: 'windsock has no access to keyrings here',
    hint: 'Install the package @napi-rs/keyring beside windsock, or use a command: password_command = secret-tool lookup service SERVICE username ACCOUNT.',
  },
  'profile.exists': {
    title: 'There is a profile of that name already',
    hint: 'Choose another name, or change the section in profiles.ini yourself.',
  },
  'profile.not-written': {
    title: 'The profile was not written',
    hint: 'profiles.ini is as it was. Put the reason right and repeat it.',
  },
  'profile.which': {
    title: 'There are several profiles',
    hint: 'Name one with --profile.',
  },
} as const;
