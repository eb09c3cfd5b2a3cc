import { mount } from 'svelte';
import './tokens.css';
import './app.css';
import App from './App.svelte';
import { tauri } from './backend/tauri';
import type { Screen } from './state/place.svelte';
import { chosen } from './text/languages';

// uPlot writes numbers in this language as soon as it is loaded, and under LANG=C it is "C", which is no language tag.
Object.defineProperty(navigator, 'language', { value: chosen('system', navigator.languages).locale });

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

// In a plain browser there is no program behind the window: a play is put on instead. The program's own pages have none.
const backend =
  import.meta.env.MODE === 'production' || '__TAURI_INTERNALS__' in window
    ? tauri
    : (await import('./backend/fake/fake')).fakeFrom(location.search);

const screens: readonly Screen[] = ['home', 'profiles', 'connections', 'traffic', 'rules', 'log', 'settings'];
const screen = screens.find((name) => location.hash === `#${name}`) ?? 'home';

// What index.html shows until here.
target.replaceChildren();
mount(App, { target, props: { backend, screen } });
