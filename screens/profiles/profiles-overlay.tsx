import {type ReactNode, useState} from 'react';
import {useStore} from 'zustand';
import type {Profile} from '../../src/profile/profile.ts';
import type {ProfileBook} from '../../src/profile/profile-book.ts';
import {type Size, useShell} from '../context.tsx';
import {AddForm} from './add-form.tsx';
import {newProfileForm} from './new-profile-form.ts';
import {ProfileList} from './profile-list.tsx';
import {ProfilePreview} from './profile-preview.tsx';
import {createProfilesStore} from './profiles-store.ts';
import {TrialDialog} from './trial-dialog.tsx';

type ProfilesOverlayProps = {
  readonly body: Size;
  readonly profiles: readonly Profile[];
  readonly book: ProfileBook | undefined;
  readonly onSwitch: (profile: Profile) => void;
  readonly onAdded: (profiles: readonly Profile[]) => void;
};

/** `0`: all profiles, the trial of one, and the form that adds one. */
export function ProfilesOverlay(props: ProfilesOverlayProps): ReactNode {
  const isOpen = useStore(useShell().app.overlay) === 'profiles';
  return isOpen ? <Profiles {...props} /> : null;
}

function Profiles({body, profiles, book, onSwitch, onAdded}: ProfilesOverlayProps): ReactNode {
  const {app, console} = useShell();
  const [store] = useState(() => createProfilesStore(profiles, console.profile.name));
  store.profiles = profiles;
  const at = useStore(store.at);
  const close = () => app.overlay.setState('none', true);
  const toList = () => store.at.setState({at: 'list'}, true);
  if (at.at === 'trial') {
    const {adding, profile} = at;
    return (
      <TrialDialog
        key={profile.name}
        profile={profile}
        isNew={adding !== undefined}
        body={body}
        onGoOn={failed => {
          if (adding !== undefined) store.at.setState({at: 'preview', adding, failed}, true);
          else toList();
        }}
        onLeave={() => (adding === undefined ? toList() : store.at.setState({at: 'form', form: adding.form}, true))}
      />
    );
  }
  if (at.at === 'form' && book !== undefined) {
    return <AddForm form={at.form} book={book} body={body} store={store} onLeave={toList} />;
  }
  if (at.at === 'preview' && book !== undefined) {
    return (
      <ProfilePreview
        adding={at.adding}
        failed={at.failed}
        book={book}
        body={body}
        onLeave={() => store.at.setState({at: 'form', form: at.adding.form}, true)}
        onAdded={all => {
          onAdded(all);
          store.cursor.setState(at.adding.made.name, true);
          toList();
          app.say(`${at.adding.made.name} is written to ${book.file}. Enter opens it.`);
        }}
      />
    );
  }
  return (
    <ProfileList
      store={store}
      book={book}
      body={body}
      onSwitch={() => {
        const chosen = store.chosen();
        if (chosen === undefined) return;
        const busy = console.runner.busy();
        if (chosen.name === console.profile.name) close();
        else if (busy === undefined) onSwitch(chosen);
        else app.say('Another operation is open: finish it before you switch.', 'warning');
      }}
      onAdd={() => store.at.setState({at: 'form', form: newProfileForm(() => store.profiles)}, true)}
      onLeave={close}
    />
  );
}
