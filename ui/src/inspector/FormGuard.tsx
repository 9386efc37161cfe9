/** Keeps a form that cannot show what a draft holds from taking the page with it. */
import { Component, type ReactNode } from "react";

interface Props {
  /** What the form shows; for another state of it the form is tried again. */
  about: unknown;
  otherwise: ReactNode;
  children: ReactNode;
}

export class FormGuard extends Component<Props, { isRefused: boolean }> {
  override state = { isRefused: false };

  static getDerivedStateFromError(): { isRefused: boolean } {
    return { isRefused: true };
  }

  override componentDidUpdate({ about }: Props): void {
    // oxlint-disable-next-line react/no-did-update-set-state -- a boundary has no other way to try again
    if (this.state.isRefused && about !== this.props.about) this.setState({ isRefused: false });
  }

  override render(): ReactNode {
    return this.state.isRefused ? this.props.otherwise : this.props.children;
  }
}
