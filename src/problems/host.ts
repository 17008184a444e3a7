/** Expected failures of hosts: the connection, rights, commands and the agent. */
export const hostProblems = {
  'host.unreachable': {
    title: 'The host does not answer',
    hint: 'Check the name, the port and the network. windsock keeps trying.',
  },
  'host.not-ssh': {
    title: 'No SSH server answers at this port',
    hint: 'Check the port in hosts (ssh://user@host:PORT), or Port in ~/.ssh/config: sshd listens at 22 unless it was told otherwise.',
  },
  'host.timeout': {
    title: 'The host did not answer in time',
    hint: 'It may be overloaded or frozen. windsock keeps trying.',
  },
  'host.lost': {
    title: 'The connection to the host was lost',
    hint: 'windsock connects again by itself. What ran there may or may not have ended: look at its state.',
  },
  'host.key-unknown': {
    title: 'The key of this host is not known yet',
    hint: 'Compare the fingerprint with the one that the host shows, then connect once with ssh, or by the screens of windsock, to record it.',
  },
  'host.key-refused': {
    title: 'The key of this host was not accepted',
    hint: 'Compare the fingerprint with the one that the host shows, then press ^R to be asked again.',
  },
  'host.key-changed': {
    title: 'The key of this host has changed',
    hint: 'Somebody may be listening, or the host was installed anew. Find out which before you change known_hosts.',
  },
  'host.key-revoked': {
    title: 'The key of this host is marked as revoked',
    hint: 'Do not use this host before its administrator has given it a new key.',
  },
  'host.ssh-config': {
    title: 'The ssh configuration could not be followed',
    hint: 'Look what "ssh -G HOST" says, and correct ~/.ssh/config.',
  },
  'host.declined': {
    title: 'A question of this host was not answered',
    hint: 'Press ^R to be asked again.',
  },
  'host.login': {
    title: 'The host refused the login',
    hint: 'Check the user, the key and the agent: does "ssh USER@HOST" work?',
  },
  'host.key-file': {
    title: 'The private key could not be used',
    hint: 'Check identity_file in the profile, or IdentityFile in ~/.ssh/config. A key with a passphrase must be in the ssh agent, or is asked for on the screen.',
  },
  'host.shell': {
    title: 'The login shell of the host runs no commands',
    hint: 'Give the user a shell (usermod -s /bin/sh USER), or log in as another one.',
  },
  'host.not-permitted': {
    title: 'sudo does not allow this',
    hint: 'Give the login user a rule for exactly this, checked with visudo -cf; README, Rights, tells which.',
  },
  'host.sudo-password': {
    title: 'sudo asks for a password',
    hint: 'Set become_password_command in the profile, or give the login user a rule without a password for exactly this; README, Rights, has the lines.',
  },
  'host.sudo-wrong': {
    title: 'sudo does not accept the password',
    hint: 'Check become_password_command (or the like) in the profile, then press ^R. windsock does not repeat it: accounts get locked.',
  },
  'host.sudo-tty': {
    title: 'sudo wants a terminal',
    hint: 'Take "requiretty" out for the login user: Defaults:USER !requiretty, checked with visudo -cf.',
  },
  'host.command-failed': {
    title: 'A command on the host failed',
    hint: 'Its last words are shown with it.',
  },
  'host.no-systemd': {
    title: 'This host has no systemd that answers',
    hint: 'windsock looks after units of systemd; without it Airflow can be watched by its API only.',
  },
  'host.no-python': {
    title: 'The host has no Python 3 for the agent',
    hint: 'Install python3 on the host, or set airflow_home in the profile so that its interpreter is found.',
  },
  'host.agent-failed': {
    title: 'The agent on the host failed',
    hint: 'Its last words are shown with it.',
  },
  'host.file-missing': {
    title: 'The file does not exist',
    hint: 'Check the path in the profile or in airflow.cfg.',
  },
  'host.file-denied': {
    title: 'The file may not be read',
    hint: 'Let windsock act as the Airflow user (run_as in the profile, and a sudo rule).',
  },
  'host.file-damaged': {
    title: 'The compressed file is damaged',
    hint: 'Look at it on the host with "gzip -t" or "zstd -t"; what comes before the damage can be read.',
  },
  'host.no-zstd': {
    title: 'The host cannot unpack zstd files',
    hint: 'Install zstd on the host (apt-get install zstd, dnf install zstd), or copy the file to a machine that has it.',
  },
  'host.journal-denied': {
    title: 'The login user may not read the journal',
    hint: 'Add the login user to the group systemd-journal (or adm) on the host: usermod -aG systemd-journal USER. It counts from the next connection on.',
  },
  'host.no-airflow': {
    title: 'Nothing of Airflow was found on this host',
    hint: 'windsock looks for units and processes that run the command airflow. Start Airflow there, or take the host out of the profile.',
  },
  'host.clock': {
    title: 'The clock of the host differs from that of this machine',
    hint: 'Let both follow the same time server: "timedatectl" there says whether they do.',
  },
  'host.none': {
    title: 'This profile names no host',
    hint: 'Add a line "hosts = ssh://user@name" or "hosts = local" to the profile.',
  },
} as const;
