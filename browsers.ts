/** The oldest browsers that the widget and the dashboard support; docs/widget.md names them. */
export const BROWSERS = ['chrome111', 'edge111', 'firefox115', 'safari16.4', 'ios16.4'];
