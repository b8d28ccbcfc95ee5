// Methods of Mini Apps that this page does not play, each answered as
// Telegram's clients answer what they cannot do: an app that asked would wait
// for ever otherwise. The web client's and the desktop's answers are the model.
// Protocol: https://core.telegram.org/api/web-events

const UNSUPPORTED = { error: 'UNSUPPORTED' };
const NO_BIOMETRY = { available: false, access_requested: false, access_granted: false, token_saved: false, device_id: '' };
const failed = (event) => () => [event, UNSUPPORTED];
const failedAsked = (event) => ({ req_id }) => [event, { req_id, ...UNSUPPORTED }];

// What the app is told, if there is an event for it, and what the person is.
const ANSWERS = {
  web_app_open_scan_qr_popup: () => ['scan_qr_popup_closed', {}],
  web_app_open_invoice: ({ slug }) => ['invoice_closed', { slug, status: 'failed' }],
  web_app_request_file_download: () => ['file_download_requested', { status: 'cancelled' }],
  web_app_send_prepared_message: failed('prepared_message_failed'),
  web_app_add_to_home_screen: failed('home_screen_failed'),
  web_app_check_home_screen: () => ['home_screen_checked', { status: 'unsupported' }],
  web_app_set_emoji_status: failed('emoji_status_failed'),
  web_app_request_emoji_status_access: () => ['emoji_status_access_requested', { status: 'cancelled' }],
  web_app_request_fullscreen: failed('fullscreen_failed'),
  web_app_biometry_get_info: () => ['biometry_info_received', NO_BIOMETRY],
  web_app_biometry_request_access: () => ['biometry_info_received', NO_BIOMETRY],
  web_app_biometry_request_auth: () => ['biometry_auth_requested', { status: 'failed' }],
  web_app_biometry_update_token: () => ['biometry_token_updated', { status: 'failed' }],
  web_app_check_location: () => ['location_checked', { available: false }],
  web_app_request_location: () => ['location_requested', { available: false }],
  web_app_start_accelerometer: failed('accelerometer_failed'),
  web_app_stop_accelerometer: () => ['accelerometer_stopped', {}],
  web_app_start_gyroscope: failed('gyroscope_failed'),
  web_app_stop_gyroscope: () => ['gyroscope_stopped', {}],
  web_app_start_device_orientation: failed('device_orientation_failed'),
  web_app_stop_device_orientation: () => ['device_orientation_stopped', {}],
  web_app_device_storage_save_key: failedAsked('device_storage_failed'),
  web_app_device_storage_get_key: failedAsked('device_storage_failed'),
  web_app_device_storage_clear: failedAsked('device_storage_failed'),
  web_app_secure_storage_save_key: failedAsked('secure_storage_failed'),
  web_app_secure_storage_get_key: failedAsked('secure_storage_failed'),
  web_app_secure_storage_restore_key: failedAsked('secure_storage_failed'),
  web_app_secure_storage_clear: failedAsked('secure_storage_failed'),
};

// Those for which there is no answer: the person is told.
const TOLD = {
  web_app_share_to_story: 'This Telegram has no stories.',
  web_app_switch_inline_query: 'This Telegram has no inline mode.',
};

// The event and its data for a method that is not played, or null.
export function answerTo(method, data) {
  const answer = ANSWERS[method];
  return answer ? answer(data) : null;
}

export const wordsFor = (method) => TOLD[method];
