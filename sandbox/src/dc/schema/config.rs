//! The configuration that clients fetch first.

use std::net::SocketAddr;

use grammers_tl_types::{enums, types};

use crate::world::wire;

/// How long clients may keep the configuration, in seconds.
const CONFIG_LIFE: i64 = 3600;

/// The configuration. Clients overwrite their own list of data centres with
/// this one; `static` keeps them from trying other ports.
pub(crate) fn config(
    this_dc: i32,
    directory: &[(i32, SocketAddr)],
    cdn: Option<(i32, SocketAddr)>,
    now: i64,
) -> enums::Config {
    let own = directory.iter().map(|it| dc_option(*it, false));
    let options = own.chain(cdn.map(|it| dc_option(it, true))).collect();
    enums::Config::Config(types::Config {
        default_p2p_contacts: false,
        preload_featured_stickers: false,
        revoke_pm_inbox: false,
        blocked_mode: false,
        force_try_ipv6: false,
        date: wire(now),
        expires: wire(now + CONFIG_LIFE),
        test_mode: false,
        this_dc,
        dc_options: options,
        dc_txt_domain_name: "localhost".to_owned(),
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        forwarded_count_max: 100,
        online_update_period_ms: 210_000,
        offline_blur_timeout_ms: 5000,
        offline_idle_timeout_ms: 30_000,
        online_cloud_timeout_ms: 300_000,
        notify_cloud_delay_ms: 30_000,
        notify_default_delay_ms: 1500,
        push_chat_period_ms: 60_000,
        push_chat_limit: 2,
        edit_time_limit: 172_800,
        revoke_time_limit: i32::MAX,
        revoke_pm_time_limit: i32::MAX,
        rating_e_decay: 2_419_200,
        stickers_recent_limit: 200,
        channels_read_media_period: 604_800,
        tmp_sessions: None,
        call_receive_timeout_ms: 20_000,
        call_ring_timeout_ms: 90_000,
        call_connect_timeout_ms: 30_000,
        call_packet_timeout_ms: 10_000,
        me_url_prefix: "https://t.me/".to_owned(),
        autoupdate_url_prefix: None,
        gif_search_username: None,
        venue_search_username: None,
        img_search_username: None,
        static_maps_provider: None,
        caption_length_max: 1024,
        message_length_max: 4096,
        webfile_dc_id: this_dc,
        suggested_lang_code: None,
        lang_pack_version: None,
        base_lang_pack_version: None,
        reactions_default: None,
        autologin_token: None,
    })
}

fn dc_option((id, address): (i32, SocketAddr), cdn: bool) -> enums::DcOption {
    enums::DcOption::Option(types::DcOption {
        ipv6: address.is_ipv6(),
        media_only: false,
        tcpo_only: false,
        cdn,
        r#static: true,
        this_port_only: false,
        id,
        ip_address: address.ip().to_string(),
        port: i32::from(address.port()),
        secret: None,
    })
}
