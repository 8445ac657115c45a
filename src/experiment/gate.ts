/** A gate that work passes while it is open: what pause and resume close and open. */
export class Gate {
  private closed: Promise<void> | undefined;
  private release: (() => void) | undefined;

  /** Resolves when the gate is open. */
  async pass(): Promise<void> {
    await this.closed;
  }

  close(): void {
    this.closed ??= new Promise((resolve) => {
      this.release = resolve;
    });
  }

  open(): void {
    this.release?.();
    this.closed = undefined;
  }

  get isOpen(): boolean {
    return this.closed === undefined;
  }
}
