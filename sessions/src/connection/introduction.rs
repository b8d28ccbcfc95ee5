//! How a connection introduces itself.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use grammers_session::Session as _;
use grammers_session::types::DcOption;
use grammers_tl_types::{self as tl, enums, types};

use crate::session::{KeyRefused, UserSession};
use crate::settings::SessionsSettings;

/// The request that a connection begins with: which application on which device
/// it is (<https://core.telegram.org/api/invoking>).
pub(super) type Introduction =
    tl::functions::InvokeWithLayer<tl::functions::InitConnection<tl::functions::help::GetConfig>>;

/// How the connections of these sessions introduce themselves.
pub(super) fn introduction(settings: &SessionsSettings) -> Introduction {
    let device = settings.device.clone();
    tl::functions::InvokeWithLayer {
        layer: tl::LAYER,
        query: tl::functions::InitConnection {
            api_id: settings.api_id,
            device_model: device.model,
            system_version: device.system_version,
            app_version: device.app_version,
            system_lang_code: settings.lang_code.clone(),
            lang_pack: String::new(),
            lang_code: settings.lang_code.clone(),
            proxy: None,
            params: None,
            query: tl::functions::help::GetConfig {},
        },
    }
}

/// Takes note of where Telegram says that its data centres are.
pub(super) async fn note_addresses(
    session: &UserSession,
    config: &enums::Config,
) -> Result<(), KeyRefused> {
    let enums::Config::Config(config) = config;
    for option in &config.dc_options {
        let enums::DcOption::Option(told) = option;
        if told.media_only || told.tcpo_only || !told.r#static {
            continue;
        }
        let known = session.dc_option(told.id)?;
        let mut option = known.unwrap_or_else(|| nowhere(told.id));
        if set_address(&mut option, told) {
            session.set_dc_option(&option).await?;
        }
    }
    Ok(())
}

fn nowhere(id: i32) -> DcOption {
    DcOption {
        id,
        ipv4: SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0),
        ipv6: SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0),
        auth_key: None,
    }
}

/// `false`: it is no address.
fn set_address(option: &mut DcOption, told: &types::DcOption) -> bool {
    let Ok(port) = u16::try_from(told.port) else {
        return false;
    };
    if told.ipv6 {
        let Ok(address) = told.ip_address.parse() else {
            return false;
        };
        option.ipv6 = SocketAddrV6::new(address, port, 0, 0);
        return true;
    }
    let Ok(address) = told.ip_address.parse() else {
        return false;
    };
    option.ipv4 = SocketAddrV4::new(address, port);
    if option.ipv6.ip().is_unspecified() {
        option.ipv6 = SocketAddrV6::new(address.to_ipv6_mapped(), port, 0, 0);
    }
    true
}
