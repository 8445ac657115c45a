/** The bridge between signals and lit: a custom element in light DOM that renders again when a signal it read has changed. */
import { effect } from '@preact/signals-core';
import { LitElement } from 'lit';
import type { Session } from './session.ts';

export abstract class Panel extends LitElement {
  /** Set by whoever makes the element, before its first rendering. */
  session!: Session;
  #stop: (() => void) | undefined;

  /** Light DOM: one stylesheet, labels that reach across panels, and page-wide keyboard order. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    this.#stop?.();
    let tracking = true;
    this.#stop = effect(() => {
      if (tracking) {
        tracking = false;
        super.performUpdate();
      } else {
        this.requestUpdate();
      }
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
  }
}
