/** How the twins run: number, seed, engine (of this run) and warm-up and horizon (of the scene). Changing one runs again. */
import { effect } from '@preact/signals-core';
import type { GUI } from 'lil-gui';
import { html, type TemplateResult } from 'lit';
import type { EngineChoice } from '../experiment/protocol.ts';
import { Panel } from './panel.ts';
import { writtenAt } from './scene-text.ts';

class RunSettingsPanel extends Panel {
  #gui: GUI | undefined;
  #end: (() => void) | undefined;

  override render(): TemplateResult {
    return html`<div class="settings"></div>`;
  }

  protected override firstUpdated(): void {
    // Nobody changes them before the first results are there, so the page does not wait for what shows them.
    import('lil-gui').then(
      ({ GUI }) => {
        if (this.isConnected) this.#show(GUI);
      },
      () => this.session.notify('The run settings could not be loaded; reload the page to try again.'),
    );
  }

  #show(Gui: typeof GUI): void {
    const { session } = this;
    const { state } = session;
    const shown = { twins: 1, seed: 1, engine: 'auto' as EngineChoice, warmup: '', horizon: '' };
    const gui = new Gui({ container: this.querySelector<HTMLElement>('.settings')!, title: 'Run settings', width: 0, injectStyles: false });
    gui.domElement.style.removeProperty('--width');
    gui
      .add(shown, 'twins')
      .name('Twins')
      .onFinishChange((value: number) => session.change({ replications: Math.min(16_777_216, Math.max(1, Math.round(value))) }));
    gui
      .add(shown, 'seed')
      .name('Seed')
      .onFinishChange((value: number) => session.change({ seed: Math.min(0xffffffff, Math.max(0, Math.round(value))) }));
    gui
      .add(shown, 'engine', { 'the faster': 'auto', GPU: 'gpu', CPU: 'cpu' })
      .name('Engine')
      .onChange((value: EngineChoice) => session.choose(value));
    const inScene = (key: 'warmup' | 'horizon', name: string) =>
      gui
        .add(shown, key)
        .name(name)
        .onFinishChange(
          (value: string) =>
            void session.changeValue(['run', key], /^[\d.]+$/.test(value.trim()) ? Number(value) : value.trim()).then(update),
        );
    inScene('warmup', 'Warm-up');
    inScene('horizon', 'Horizon');
    const update = () => {
      shown.twins = session.replications;
      shown.seed = session.seed;
      shown.engine = state.settings.value.engine;
      shown.warmup = writtenAt(state.tree.value, ['run', 'warmup']) || '0';
      shown.horizon = writtenAt(state.tree.value, ['run', 'horizon']);
      for (const controller of gui.controllers) {
        if (!controller.domElement.contains(document.activeElement)) controller.updateDisplay();
      }
    };
    this.#gui = gui;
    this.#end = effect(update);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    this.#gui?.destroy();
  }
}
customElements.define('mw-run-settings', RunSettingsPanel);
