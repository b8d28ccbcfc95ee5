//! People in the schema's words.

use grammers_tl_types::{enums, types};
use sha2::{Digest as _, Sha256};

use crate::world::{PeerPhoto, User, UserKind};

/// What a viewer must present with a person's id: differs for each viewer, as
/// at Telegram.
pub(crate) fn access_hash(viewer: i64, person: i64) -> i64 {
    let hash = Sha256::new()
        .chain_update(viewer.to_le_bytes())
        .chain_update(person.to_le_bytes())
        .finalize();
    let mut out = [0; 8];
    out.copy_from_slice(&hash[..8]);
    i64::from_le_bytes(out)
}

/// A person or a bot as someone sees them.
pub(crate) fn user(person: &User, viewer: i64, photo: Option<PeerPhoto>) -> enums::User {
    let is_self = person.id == viewer;
    enums::User::User(types::User {
        is_self,
        contact: false,
        mutual_contact: false,
        deleted: person.deleted,
        bot: person.kind == UserKind::Bot,
        bot_chat_history: false,
        bot_nochats: false,
        verified: person.kind == UserKind::Service,
        restricted: false,
        min: false,
        bot_inline_geo: false,
        support: person.kind == UserKind::Service,
        scam: false,
        apply_min_photo: false,
        fake: false,
        bot_attach_menu: false,
        premium: false,
        attach_menu_enabled: false,
        bot_can_edit: false,
        close_friend: false,
        stories_hidden: false,
        stories_unavailable: false,
        contact_require_premium: false,
        bot_business: false,
        bot_has_main_app: false,
        bot_forum_view: false,
        bot_forum_can_manage_topics: false,
        bot_can_manage_bots: false,
        bot_guestchat: false,
        bot_guard: false,
        id: person.id,
        access_hash: Some(access_hash(viewer, person.id)),
        first_name: Some(person.first_name.clone()),
        last_name: person.last_name.clone(),
        username: person.username.clone(),
        phone: shown_phone(person, is_self),
        photo: photo.map(profile_photo),
        status: None,
        bot_info_version: (person.kind == UserKind::Bot).then_some(1),
        restriction_reason: None,
        bot_inline_placeholder: None,
        lang_code: None,
        emoji_status: None,
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        bot_active_users: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_community_id: None,
    })
}

/// One's own number, and Telegram's.
fn shown_phone(person: &User, is_self: bool) -> Option<String> {
    let shown = is_self || person.kind == UserKind::Service;
    person.phone.clone().filter(|_| shown)
}

fn profile_photo(photo: PeerPhoto) -> enums::UserProfilePhoto {
    enums::UserProfilePhoto::Photo(types::UserProfilePhoto {
        has_video: false,
        personal: false,
        photo_id: photo.id,
        stripped_thumb: None,
        dc_id: photo.dc,
    })
}

/// A person's profile as someone sees it.
pub(crate) fn user_full(person: &User) -> enums::UserFull {
    enums::UserFull::Full(types::UserFull {
        blocked: false,
        phone_calls_available: false,
        phone_calls_private: false,
        can_pin_message: false,
        has_scheduled: false,
        video_calls_available: false,
        voice_messages_forbidden: false,
        translations_disabled: false,
        stories_pinned_available: false,
        blocked_my_stories_from: false,
        wallpaper_overridden: false,
        contact_require_premium: false,
        read_dates_private: false,
        sponsored_enabled: false,
        can_view_revenue: false,
        bot_can_manage_emoji_status: false,
        display_gifts_button: false,
        noforwards_my_enabled: false,
        noforwards_peer_enabled: false,
        unofficial_security_risk: false,
        id: person.id,
        about: None,
        settings: no_settings(),
        personal_photo: None,
        profile_photo: None,
        fallback_photo: None,
        notify_settings: no_notify_settings(),
        bot_info: None,
        pinned_msg_id: None,
        common_chats_count: 0,
        folder_id: None,
        ttl_period: None,
        theme: None,
        private_forward_name: None,
        bot_group_admin_rights: None,
        bot_broadcast_admin_rights: None,
        wallpaper: None,
        stories: None,
        business_work_hours: None,
        business_location: None,
        business_greeting_message: None,
        business_away_message: None,
        business_intro: None,
        birthday: None,
        personal_channel_id: None,
        personal_channel_message: None,
        stargifts_count: None,
        starref_program: None,
        bot_verification: None,
        send_paid_messages_stars: None,
        disallowed_gifts: None,
        stars_rating: None,
        stars_my_pending_rating: None,
        stars_my_pending_rating_date: None,
        main_tab: None,
        saved_music: None,
        note: None,
        bot_manager_id: None,
    })
}

/// No restrictions on how to deal with a person.
fn no_settings() -> enums::PeerSettings {
    enums::PeerSettings::Settings(types::PeerSettings {
        report_spam: false,
        add_contact: false,
        block_contact: false,
        share_contact: false,
        need_contacts_exception: false,
        report_geo: false,
        autoarchived: false,
        invite_members: false,
        request_chat_broadcast: false,
        business_bot_paused: false,
        business_bot_can_reply: false,
        geo_distance: None,
        request_chat_title: None,
        request_chat_date: None,
        business_bot_id: None,
        business_bot_manage_url: None,
        charge_paid_message_stars: None,
        registration_month: None,
        phone_country: None,
        name_change_date: None,
        photo_change_date: None,
    })
}

/// No notification settings of one's own.
pub(crate) fn no_notify_settings() -> enums::PeerNotifySettings {
    enums::PeerNotifySettings::Settings(types::PeerNotifySettings {
        show_previews: None,
        silent: None,
        mute_until: None,
        ios_sound: None,
        android_sound: None,
        other_sound: None,
        stories_muted: None,
        stories_hide_sender: None,
        stories_ios_sound: None,
        stories_android_sound: None,
        stories_other_sound: None,
    })
}
