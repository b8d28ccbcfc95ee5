// The Mini App's side of the conversation with the app that shows it:
// `window.Telegram.WebApp`, as far as Mini Apps commonly use it.
// Protocol: https://core.telegram.org/api/web-events
(function () {
  'use strict';

  // ---- Launch parameters: in the fragment, and kept for a reload. ----------
  const STORE = 'sandbox-launch';
  const launch = readLaunch();
  const initData = launch.tgWebAppData || '';
  const version = launch.tgWebAppVersion || '6.0';
  const listeners = new Map();
  const hosts = new Map();
  const waiting = new Map();
  let sequence = 0;

  function readLaunch() {
    const hash = location.hash.replace(/^#/, '').replace(/^[^=&]*\?/, '');
    const fields = Object.fromEntries(new URLSearchParams(hash));
    try {
      if (fields.tgWebAppVersion) sessionStorage.setItem(STORE, JSON.stringify(fields));
      else return JSON.parse(sessionStorage.getItem(STORE) || '{}');
    } catch { /* storage may be closed to a frame */ }
    return fields;
  }

  function fieldsOf(query) {
    const out = {};
    for (const [name, value] of new URLSearchParams(query)) {
      const json = /^[[{]/.test(value);
      try { out[name] = json ? JSON.parse(value) : value; } catch { out[name] = value; }
    }
    return out;
  }

  // ---- Talking to the host. ------------------------------------------------
  function post(eventType, eventData) {
    const message = JSON.stringify({ eventType, eventData: eventData === undefined ? '' : eventData });
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData || ''));
    else if (window.parent !== window) window.parent.postMessage(message, '*');
  }

  window.addEventListener('message', (event) => {
    if (event.source !== window.parent) return;
    let message;
    try { message = JSON.parse(event.data); } catch { return; }
    if (message && message.eventType) receive(message.eventType, message.eventData || {});
  });

  function emit(name, ...details) {
    for (const callback of [...(listeners.get(name) || [])]) {
      try { callback.apply(WebApp, details); } catch (error) { setTimeout(() => { throw error; }); }
    }
  }

  function receive(type, data) {
    const handler = received[type];
    if (handler) handler(data);
    for (const callback of [...(hosts.get(type) || [])]) callback(type, data);
  }

  const received = {
    main_button_pressed: () => WebApp.MainButton._pressed(),
    secondary_button_pressed: () => WebApp.SecondaryButton._pressed(),
    back_button_pressed: () => emit('backButtonClicked'),
    settings_button_pressed: () => emit('settingsButtonClicked'),
    theme_changed: (data) => {
      setTheme(data.theme_params || {});
      // What wears the theme's colours changes with it.
      WebApp.MainButton._send();
      WebApp.SecondaryButton._send();
      for (const place of Object.keys(paints)) if (paints[place].key) repaint(place);
      emit('themeChanged');
    },
    viewport_changed: (data) => {
      viewport.height = data.height || window.innerHeight;
      if (data.is_state_stable) viewport.stable = viewport.height;
      viewport.expanded = !!data.is_expanded;
      showViewport();
      emit('viewportChanged', { isStateStable: !!data.is_state_stable });
    },
    safe_area_changed: (data) => { setInsets('safe-area', safeArea, data); emit('safeAreaChanged'); },
    content_safe_area_changed: (data) => {
      setInsets('content-safe-area', contentSafeArea, data);
      emit('contentSafeAreaChanged');
    },
    visibility_changed: (data) => {
      active = !!data.is_visible;
      emit(active ? 'activated' : 'deactivated');
    },
    popup_closed: (data) => {
      settle('popup', data.button_id === undefined ? null : data.button_id);
      emit('popupClosed', { button_id: data.button_id === undefined ? null : data.button_id });
    },
    write_access_requested: (data) => {
      settle('write', data.status === 'allowed');
      emit('writeAccessRequested', data);
    },
    phone_requested: async (data) => {
      const event = { status: data.status };
      if (data.status === 'sent') Object.assign(event, await requestedContact());
      settle('phone', data.status === 'sent', event);
      emit('contactRequested', event);
    },
    clipboard_text_received: (data) => {
      settle('clip' + data.req_id, data.data === undefined ? null : data.data);
      emit('clipboardTextReceived', { data: data.data });
    },
    custom_method_invoked: (data) => settle('custom' + data.req_id, data),
    fullscreen_failed: (data) => emit('fullscreenFailed', data),
    fullscreen_changed: (data) => emit('fullscreenChanged', data),
  };

  function expect(name, callback) { waiting.set(name, callback); }
  function settle(name, ...values) {
    const callback = waiting.get(name);
    waiting.delete(name);
    if (callback) callback(...values);
  }

  // ---- Theme, viewport, safe areas: values and CSS variables. --------------
  const root = document.documentElement;
  const themeParams = {};
  const safeArea = { top: 0, bottom: 0, left: 0, right: 0 };
  const contentSafeArea = { top: 0, bottom: 0, left: 0, right: 0 };
  const viewport = { height: window.innerHeight, stable: window.innerHeight, expanded: true };
  let colorScheme = 'light';
  let active = true;
  let closingConfirmation = false;
  let verticalSwipes = true;
  // What the app asked for: a colour, or a colour of the theme by its name.
  const paints = { header: {}, background: {}, bottom: {} };

  function setVariable(name, value) { root.style.setProperty('--tg-' + name, value); }

  function setTheme(params) {
    Object.assign(themeParams, params);
    for (const [name, color] of Object.entries(themeParams)) {
      setVariable('theme-' + name.replace(/_/g, '-'), color);
    }
    colorScheme = isDark(themeParams.bg_color) ? 'dark' : 'light';
    setVariable('color-scheme', colorScheme);
  }

  function isDark(color) {
    const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color || '');
    if (!hex) return false;
    const [red, green, blue] = hex.slice(1).map((part) => parseInt(part, 16));
    return Math.hypot(red * 0.547, green * 0.766, blue * 0.338) < 120;
  }

  function setInsets(name, insets, data) {
    for (const side of Object.keys(insets)) {
      insets[side] = Number(data[side]) || 0;
      setVariable(name + '-inset-' + side, insets[side] + 'px');
    }
  }

  function showViewport() {
    setVariable('viewport-height', viewport.height + 'px');
    setVariable('viewport-stable-height', viewport.stable + 'px');
  }

  // ---- Buttons that the host draws. ----------------------------------------
  function bottomButton(kind, text) {
    const secondary = kind === 'secondary';
    const state = {
      text, color: null, textColor: null, visible: false, active: true, progress: false,
      shine: false, position: 'left', callbacks: [],
    };
    const event = secondary ? 'secondaryButtonClicked' : 'mainButtonClicked';
    const send = () => {
      const data = {
        is_visible: state.visible && state.text !== '',
        is_active: state.active,
        is_progress_visible: state.progress,
        text: state.text,
        color: button.color,
        text_color: button.textColor,
        has_shine_effect: state.shine,
      };
      if (secondary) data.position = state.position;
      post('web_app_setup_' + kind + '_button', data);
      return button;
    };
    const change = (changes) => { Object.assign(state, changes); return send(); };
    const button = {
      type: kind,
      get text() { return state.text; }, set text(value) { change({ text: String(value) }); },
      get color() {
        return state.color || (secondary ? colorOf('bottom') || themeParams.bottom_bar_bg_color : themeParams.button_color);
      },
      set color(value) { change({ color: value }); },
      get textColor() {
        return state.textColor || (secondary ? themeParams.button_color : themeParams.button_text_color);
      },
      set textColor(value) { change({ textColor: value }); },
      get isVisible() { return state.visible; }, set isVisible(value) { change({ visible: !!value }); },
      get isActive() { return state.active; }, set isActive(value) { change({ active: !!value }); },
      get isProgressVisible() { return state.progress; },
      get hasShineEffect() { return state.shine; }, set hasShineEffect(value) { change({ shine: !!value }); },
      get position() { return state.position; }, set position(value) { change({ position: value }); },
      setText: (value) => change({ text: String(value) }),
      show: () => change({ visible: true }),
      hide: () => change({ visible: false }),
      enable: () => change({ active: true }),
      disable: () => change({ active: false }),
      showProgress: (leaveActive) => change({ progress: true, active: !!leaveActive }),
      hideProgress: () => change({ progress: false, active: true }),
      onClick: (callback) => { WebApp.onEvent(event, callback); return button; },
      offClick: (callback) => { WebApp.offEvent(event, callback); return button; },
      setParams(params) {
        const changes = {};
        const names = {
          text: 'text', color: 'color', text_color: 'textColor', is_active: 'active',
          is_visible: 'visible', has_shine_effect: 'shine', position: 'position',
        };
        for (const [name, own] of Object.entries(names)) {
          if (params[name] !== undefined) changes[own] = params[name] === false && /color/.test(name) ? null : params[name];
        }
        return change(changes);
      },
      _pressed() { if (state.active) emit(event); },
      _send() { if (state.visible) send(); },
    };
    return button;
  }

  function cornerButton(kind, event) {
    let visible = false;
    const set = (value) => {
      visible = !!value;
      post('web_app_setup_' + kind + '_button', { is_visible: visible });
      return button;
    };
    const button = {
      get isVisible() { return visible; }, set isVisible(value) { set(value); },
      show: () => set(true),
      hide: () => set(false),
      onClick: (callback) => { WebApp.onEvent(event, callback); return button; },
      offClick: (callback) => { WebApp.offEvent(event, callback); return button; },
    };
    return button;
  }

  const HapticFeedback = {
    impactOccurred: (style) => haptic({ type: 'impact', impact_style: style }),
    notificationOccurred: (type) => haptic({ type: 'notification', notification_type: type }),
    selectionChanged: () => haptic({ type: 'selection_change' }),
  };
  function haptic(data) { post('web_app_trigger_haptic_feedback', data); return HapticFeedback; }

  // ---- Small keyed storage, kept by the host. ------------------------------
  function invoke(method, params, callback) {
    const req_id = String(++sequence);
    expect('custom' + req_id, callback);
    post('web_app_invoke_custom_method', { req_id, method, params });
  }

  function storage(method, params, callback, read) {
    invoke(method, params, (data) => {
      if (callback) callback(data.error || null, data.error ? undefined : read(data.result));
    });
    return CloudStorage;
  }

  // The contact that was shared, with its signature: asked for until it is
  // there, for three seconds at most, as Telegram's own script does.
  const CONTACT_MS = 3000;
  function requestedContact() {
    return new Promise((resolve) => {
      const gives_up = Date.now() + CONTACT_MS;
      let pause = 0;
      const ask = () => invoke('getRequestedContact', {}, ({ result }) => {
        if (typeof result === 'string' && result) return resolve({ response: result, responseUnsafe: fieldsOf(result) });
        if (Date.now() >= gives_up) return resolve({});
        pause += 50;
        return setTimeout(ask, pause);
      });
      ask();
    });
  }
  const CloudStorage = {
    setItem: (key, value, done) => storage('saveStorageValue', { key, value }, done, () => true),
    getItem: (key, done) => storage('getStorageValues', { keys: [key] }, done, (all) => all[key] || ''),
    getItems: (keys, done) => storage('getStorageValues', { keys }, done, (all) => all),
    removeItem: (key, done) => storage('deleteStorageValues', { keys: [key] }, done, () => true),
    removeItems: (keys, done) => storage('deleteStorageValues', { keys }, done, () => true),
    getKeys: (done) => storage('getStorageKeys', {}, done, (keys) => keys),
  };

  // ---- Telegram.WebApp -----------------------------------------------------
  const PAINT_EVENTS = {
    header: 'web_app_set_header_color', background: 'web_app_set_background_color', bottom: 'web_app_set_bottom_bar_color',
  };
  const colorOf = (place) => (paints[place].key ? themeParams[paints[place].key] : paints[place].color);

  function paint(place, color) {
    const key = /^(bg_color|secondary_bg_color|bottom_bar_bg_color)$/.test(color);
    paints[place] = key ? { key: color } : { color };
    repaint(place);
  }

  function repaint(place) {
    const { key } = paints[place];
    post(PAINT_EVENTS[place], key && place === 'header' ? { color_key: key } : { color: colorOf(place) });
  }

  const WebApp = {
    initData,
    initDataUnsafe: fieldsOf(initData),
    version,
    platform: launch.tgWebAppPlatform || 'unknown',
    themeParams,
    safeAreaInset: safeArea,
    contentSafeAreaInset: contentSafeArea,
    get colorScheme() { return colorScheme; },
    get isExpanded() { return viewport.expanded; },
    get isActive() { return active; },
    get isFullscreen() { return false; },
    get viewportHeight() { return viewport.height; },
    get viewportStableHeight() { return viewport.stable; },
    get headerColor() { return colorOf('header') || themeParams.bg_color; },
    set headerColor(color) { WebApp.setHeaderColor(color); },
    get backgroundColor() { return colorOf('background') || themeParams.bg_color; },
    set backgroundColor(color) { WebApp.setBackgroundColor(color); },
    get bottomBarColor() { return colorOf('bottom') || themeParams.bottom_bar_bg_color; },
    set bottomBarColor(color) { WebApp.setBottomBarColor(color); },
    get isClosingConfirmationEnabled() { return closingConfirmation; },
    set isClosingConfirmationEnabled(on) { setClosing(on); },
    get isVerticalSwipesEnabled() { return verticalSwipes; },
    set isVerticalSwipesEnabled(on) { setSwipes(on); },
    MainButton: null,
    SecondaryButton: null,
    BackButton: null,
    SettingsButton: null,
    HapticFeedback,
    CloudStorage,

    isVersionAtLeast(other) {
      const [mine, theirs] = [version, String(other)].map((text) => text.split('.').map(Number));
      for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
        const difference = (mine[at] || 0) - (theirs[at] || 0);
        if (difference !== 0) return difference > 0;
      }
      return true;
    },
    onEvent(name, callback) {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name).add(callback);
    },
    offEvent(name, callback) { if (listeners.has(name)) listeners.get(name).delete(callback); },
    ready() { post('web_app_ready'); },
    expand() { post('web_app_expand'); },
    close(options) { post('web_app_close', { return_back: !!(options && options.return_back) }); },
    sendData(data) {
      if (!data || new TextEncoder().encode(data).length > 4096) throw new Error('WebAppDataInvalid');
      post('web_app_data_send', { data: String(data) });
    },
    openLink(url, options) {
      const target = new URL(url, location.href);
      if (!/^https?:$/.test(target.protocol)) throw new Error('WebAppTgUrlInvalid');
      post('web_app_open_link', { url: target.href, try_instant_view: !!(options && options.try_instant_view) });
    },
    openTelegramLink(url) {
      const target = new URL(url, location.href);
      if (target.hostname !== 't.me') throw new Error('WebAppTgUrlInvalid');
      post('web_app_open_tg_link', { path_full: target.pathname + target.search });
    },
    showPopup(params, callback) {
      if (waiting.has('popup')) throw new Error('WebAppPopupOpened');
      const buttons = (params.buttons || [{ type: 'close' }]).map((button) => ({
        id: button.id || '', type: button.type || 'default', text: button.text,
      }));
      expect('popup', callback);
      post('web_app_open_popup', { title: params.title || '', message: params.message, buttons });
    },
    showAlert(message, callback) {
      WebApp.showPopup({ message }, callback ? () => callback() : undefined);
    },
    showConfirm(message, callback) {
      const buttons = [{ type: 'ok', id: 'ok' }, { type: 'cancel' }];
      WebApp.showPopup({ message, buttons }, callback ? (id) => callback(id === 'ok') : undefined);
    },
    requestWriteAccess(callback) { expect('write', callback); post('web_app_request_write_access'); },
    requestContact(callback) { expect('phone', callback); post('web_app_request_phone'); },
    readTextFromClipboard(callback) {
      const req_id = String(++sequence);
      expect('clip' + req_id, callback);
      post('web_app_read_text_from_clipboard', { req_id });
    },
    requestFullscreen() { post('web_app_request_fullscreen'); },
    exitFullscreen() { post('web_app_exit_fullscreen'); },
    setHeaderColor(color) { paint('header', color); },
    setBackgroundColor(color) { paint('background', color); },
    setBottomBarColor(color) { paint('bottom', color); },
    enableClosingConfirmation() { setClosing(true); },
    disableClosingConfirmation() { setClosing(false); },
    enableVerticalSwipes() { setSwipes(true); },
    disableVerticalSwipes() { setSwipes(false); },
  };

  function setClosing(on) {
    closingConfirmation = !!on;
    post('web_app_setup_closing_behavior', { need_confirmation: closingConfirmation });
  }
  function setSwipes(on) {
    verticalSwipes = !!on;
    post('web_app_setup_swipe_behavior', { allow_vertical_swipe: verticalSwipes });
  }

  WebApp.MainButton = bottomButton('main', 'Continue');
  WebApp.SecondaryButton = bottomButton('secondary', 'Cancel');
  WebApp.BackButton = cornerButton('back', 'backButtonClicked');
  WebApp.SettingsButton = cornerButton('settings', 'settingsButtonClicked');

  window.Telegram = window.Telegram || {};
  window.Telegram.WebApp = WebApp;
  window.Telegram.WebView = {
    initParams: launch,
    postEvent: (type, _callback, data) => post(type, data),
    onEvent(type, callback) {
      if (!hosts.has(type)) hosts.set(type, new Set());
      hosts.get(type).add(callback);
    },
    offEvent(type, callback) { if (hosts.has(type)) hosts.get(type).delete(callback); },
    receiveEvent: receive,
    // For the parts of this script that follow.
    tellApp: emit,
  };

  try { setTheme(JSON.parse(launch.tgWebAppThemeParams || '{}')); } catch { setTheme({}); }
  setInsets('safe-area', safeArea, {});
  setInsets('content-safe-area', contentSafeArea, {});
  showViewport();
  post('iframe_ready', { reload_supported: false });
  post('web_app_request_theme');
  post('web_app_request_viewport');
  post('web_app_request_safe_area');
  post('web_app_request_content_safe_area');
}());
