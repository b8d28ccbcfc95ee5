// The rest of `window.Telegram.WebApp`: what the phone and the account can do.
// Follows `telegram-web-app.js` in one script. The page beside it answers each
// of these as Telegram's clients answer what they cannot do.
(function () {
  'use strict';

  const { WebApp, WebView } = window.Telegram;
  const post = (type, data) => WebView.postEvent(type, undefined, data);
  const emit = WebView.tellApp;
  const hear = (type, callback) => WebView.onEvent(type, (_type, data) => callback(data));
  const refuse = (name) => { throw new Error('WebApp' + name); };

  // Callbacks that wait for the next answer, in the order of their questions.
  function queue() {
    const callbacks = [];
    return {
      get empty() { return callbacks.length === 0; },
      add(callback) { callbacks.push(callback || (() => {})); },
      settle(...values) { for (const callback of callbacks.splice(0)) callback(...values); },
    };
  }

  // ---- Codes, invoices, inline mode, files. --------------------------------
  let scanning = null;
  WebApp.showScanQrPopup = (params, callback) => {
    if (scanning) refuse('ScanQrPopupOpened');
    scanning = { callback };
    post('web_app_open_scan_qr_popup', { text: String((params && params.text) || '') });
  };
  WebApp.closeScanQrPopup = () => { scanning = null; post('web_app_close_scan_qr_popup'); };
  hear('qr_text_received', ({ data }) => {
    if (!scanning) return;
    if (scanning.callback && scanning.callback(data)) WebApp.closeScanQrPopup();
    emit('qrTextReceived', { data });
  });
  hear('scan_qr_popup_closed', () => { scanning = null; emit('scanQrPopupClosed'); });

  const invoices = new Map();
  WebApp.openInvoice = (url, callback) => {
    const found = /^\/(?:\$|invoice\/)([A-Za-z0-9\-_=]+)$/.exec(new URL(url, location.href).pathname);
    if (!found) refuse('InvoiceUrlInvalid');
    if (invoices.has(found[1])) refuse('InvoiceOpened');
    invoices.set(found[1], { url, callback });
    post('web_app_open_invoice', { slug: found[1] });
  };
  hear('invoice_closed', ({ slug, status }) => {
    const invoice = invoices.get(slug);
    if (!invoice) return;
    invoices.delete(slug);
    if (invoice.callback) invoice.callback(status);
    emit('invoiceClosed', { url: invoice.url, status });
  });

  WebApp.switchInlineQuery = (query, chat_types) => {
    if (!WebView.initParams.tgWebAppBotInline) refuse('InlineModeDisabled');
    post('web_app_switch_inline_query', { query: query || '', chat_types: chat_types || [] });
  };

  const downloads = queue();
  WebApp.downloadFile = (params, callback) => {
    if (!downloads.empty) refuse('DownloadFilePopupOpened');
    if (!params || !/^https:/.test(params.url) || !params.file_name) refuse('DownloadFileParamInvalid');
    downloads.add(callback);
    post('web_app_request_file_download', { url: params.url, file_name: params.file_name });
  };
  hear('file_download_requested', ({ status }) => {
    downloads.settle(status === 'downloading');
    emit('fileDownloadRequested', { status });
  });

  // ---- Sharing, the home screen, the emoji status. -------------------------
  WebApp.shareToStory = (media_url, params = {}) => post('web_app_share_to_story', { media_url, ...params });

  const messages = queue();
  WebApp.shareMessage = (id, callback) => {
    if (!messages.empty) refuse('ShareMessageOpened');
    messages.add(callback);
    post('web_app_send_prepared_message', { id });
  };
  hear('prepared_message_sent', () => { messages.settle(true); emit('shareMessageSent'); });
  hear('prepared_message_failed', ({ error }) => { messages.settle(false); emit('shareMessageFailed', { error }); });

  const home = queue();
  WebApp.addToHomeScreen = () => post('web_app_add_to_home_screen');
  WebApp.checkHomeScreenStatus = (callback) => { home.add(callback); post('web_app_check_home_screen'); };
  hear('home_screen_added', () => emit('homeScreenAdded'));
  hear('home_screen_failed', ({ error }) => emit('homeScreenFailed', { error }));
  hear('home_screen_checked', ({ status }) => { home.settle(status || 'unknown'); emit('homeScreenChecked', { status: status || 'unknown' }); });

  const emoji = queue();
  WebApp.setEmojiStatus = (custom_emoji_id, params, callback) => {
    if (!emoji.empty) refuse('EmojiStatusRequested');
    emoji.add(callback);
    post('web_app_set_emoji_status', { custom_emoji_id, ...params });
  };
  hear('emoji_status_set', () => { emoji.settle(true); emit('emojiStatusSet'); });
  hear('emoji_status_failed', ({ error }) => { emoji.settle(false); emit('emojiStatusFailed', { error }); });
  const emojiAccess = queue();
  WebApp.requestEmojiStatusAccess = (callback) => {
    if (!emojiAccess.empty) refuse('EmojiStatusAccessRequested');
    emojiAccess.add(callback);
    post('web_app_request_emoji_status_access');
  };
  hear('emoji_status_access_requested', ({ status }) => {
    emojiAccess.settle(status === 'allowed');
    emit('emojiStatusAccessRequested', { status });
  });

  // ---- Sensors. -------------------------------------------------------------
  function sensor(name, key, event) {
    const starts = queue();
    const stops = queue();
    const own = { isStarted: false };
    hear(key + '_started', () => { own.isStarted = true; starts.settle(true); emit(event + 'Started'); });
    hear(key + '_stopped', () => { own.isStarted = false; stops.settle(true); emit(event + 'Stopped'); });
    hear(key + '_changed', (data) => { Object.assign(own, data); emit(event + 'Changed'); });
    hear(key + '_failed', ({ error }) => { starts.settle(false); emit(event + 'Failed', { error }); });
    own.start = (params, callback) => { starts.add(callback); post('web_app_start_' + key, { refresh_rate: 1000, ...params }); return own; };
    own.stop = (callback) => { stops.add(callback); post('web_app_stop_' + key); return own; };
    WebApp[name] = own;
  }
  sensor('Accelerometer', 'accelerometer', 'accelerometer');
  sensor('Gyroscope', 'gyroscope', 'gyroscope');
  sensor('DeviceOrientation', 'device_orientation', 'deviceOrientation');

  let locked = false;
  const lock = (on) => { locked = on; post('web_app_toggle_orientation_lock', { locked }); };
  Object.defineProperty(WebApp, 'isOrientationLocked', { get: () => locked, enumerable: true });
  WebApp.lockOrientation = () => lock(true);
  WebApp.unlockOrientation = () => lock(false);
  WebApp.hideKeyboard = () => post('web_app_hide_keyboard');

  // ---- Biometrics and location: asked once what there is. ------------------
  const inits = { biometry: queue(), location: queue() };
  const access = queue();
  const proofs = queue();
  const tokens = queue();
  const biometry = WebApp.BiometricManager = {
    isInited: false, isBiometricAvailable: false, biometricType: 'unknown',
    isAccessRequested: false, isAccessGranted: false, isBiometricTokenSaved: false, deviceId: '',
    init(callback) { if (!biometry.isInited) { inits.biometry.add(callback); post('web_app_biometry_get_info'); } return biometry; },
    requestAccess: (params, callback) => asks(access, 'request_access', params, callback),
    authenticate: (params, callback) => asks(proofs, 'request_auth', params, callback),
    updateBiometricToken: (token, callback) => asks(tokens, 'update_token', { token: token || '' }, callback),
    openSettings() { needs(biometry, 'Biometric'); post('web_app_biometry_open_settings'); return biometry; },
  };
  function needs(manager, name) {
    if (!manager.isInited) refuse(name + 'ManagerNotInited');
    if (!manager[`is${name}Available`]) refuse(name + 'ManagerNotAvailable');
  }
  function asks(answers, method, params, callback) {
    needs(biometry, 'Biometric');
    answers.add(callback);
    post('web_app_biometry_' + method, params);
    return biometry;
  }
  hear('biometry_info_received', (data) => {
    Object.assign(biometry, {
      isInited: true, isBiometricAvailable: !!data.available, biometricType: data.type || 'unknown',
      isAccessRequested: !!data.access_requested, isAccessGranted: !!data.access_granted,
      isBiometricTokenSaved: !!data.token_saved, deviceId: data.device_id || '',
    });
    inits.biometry.settle();
    access.settle(biometry.isAccessGranted);
    emit('biometricManagerUpdated');
  });
  hear('biometry_auth_requested', ({ status, token }) => {
    const isAuthenticated = status === 'authorized';
    proofs.settle(isAuthenticated, token);
    emit('biometricAuthRequested', isAuthenticated ? { isAuthenticated, biometricToken: token } : { isAuthenticated });
  });
  hear('biometry_token_updated', ({ status }) => {
    const isUpdated = status === 'updated' || status === 'removed';
    tokens.settle(isUpdated);
    emit('biometricTokenUpdated', { isUpdated });
  });

  const places = queue();
  const place = WebApp.LocationManager = {
    isInited: false, isLocationAvailable: false, isAccessRequested: false, isAccessGranted: false,
    init(callback) { if (!place.isInited) { inits.location.add(callback); post('web_app_check_location'); } return place; },
    getLocation(callback) { needs(place, 'Location'); places.add(callback); post('web_app_request_location'); return place; },
    openSettings() { needs(place, 'Location'); post('web_app_open_location_settings'); return place; },
  };
  hear('location_checked', (data) => {
    Object.assign(place, {
      isInited: true, isLocationAvailable: !!data.available,
      isAccessRequested: !!data.access_requested, isAccessGranted: !!data.access_granted,
    });
    inits.location.settle();
    emit('locationManagerUpdated');
  });
  hear('location_requested', (data) => {
    places.settle(data.available ? data : null);
    if (data.available) emit('locationRequested', { locationData: data });
  });

  // ---- Storage on the device. -----------------------------------------------
  let sequence = 0;
  function store(kind) {
    const asked = new Map();
    const settle = (read) => (data) => {
      const callback = asked.get(data.req_id);
      asked.delete(data.req_id);
      if (callback) callback(...read(data));
    };
    hear(kind + '_failed', settle(({ error }) => [error]));
    hear(kind + '_key_saved', settle(() => [null, true]));
    hear(kind + '_key_received', settle(({ value, can_restore }) => [null, value, can_restore]));
    hear(kind + '_key_restored', settle(({ value }) => [null, value]));
    hear(kind + '_cleared', settle(() => [null, true]));
    const ask = (what, params, callback) => {
      const req_id = kind + (sequence += 1);
      asked.set(req_id, callback);
      post(`web_app_${kind}_${what}`, { req_id, ...params });
      return own;
    };
    const own = {
      setItem: (key, value, callback) => ask('save_key', { key, value }, callback),
      getItem: (key, callback) => ask('get_key', { key }, callback),
      removeItem: (key, callback) => ask('save_key', { key, value: null }, callback),
      clear: (callback) => ask('clear', {}, callback),
    };
    if (kind === 'secure_storage') own.restoreItem = (key, callback) => ask('restore_key', { key }, callback);
    return own;
  }
  WebApp.DeviceStorage = store('device_storage');
  WebApp.SecureStorage = store('secure_storage');
}());
