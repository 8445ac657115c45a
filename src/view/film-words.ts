/** Begins the message of the error that says that this browser cannot encode a film. */
export const NO_ENCODER = 'This browser has no encoder of VP9 or VP8 video';
