//! `help.*`: what clients ask before anything else.

use grammers_tl_types::{enums, functions::help, types};

use crate::dc::directory::CDN_DC;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};
use crate::dc::schema;
use crate::world::{AccountState, wire};

/// How long a frozen account has to appeal, in seconds.
const APPEAL_TIME: i64 = 30 * 24 * 3600;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<help::GetConfig>(),
        method::<help::GetAppConfig>(),
        method::<help::GetNearestDc>(),
    ]
}

impl Handle for help::GetConfig {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::Config> {
        let directory = call.dc().directory_from(call.local());
        let cdn = call.dc().cdn_from(call.local()).map(|at| (CDN_DC, at));
        Ok(schema::config(call.dc().id, &directory, cdn, call.now()))
    }
}

impl Handle for help::GetNearestDc {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::NearestDc> {
        let this_dc = call.dc().id;
        Ok(enums::NearestDc::Dc(types::NearestDc {
            country: "ZZ".to_owned(),
            this_dc,
            nearest_dc: this_dc,
        }))
    }
}

impl Handle for help::GetAppConfig {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::help::AppConfig> {
        let mut config = vec![entry("test", number(1))];
        if let Ok(me) = call.me()
            && me.state == AccountState::Frozen
        {
            let now = call.now();
            config.push(entry("freeze_since_date", number(now)));
            config.push(entry("freeze_until_date", number(now + APPEAL_TIME)));
            let appeal = "https://t.me/spambot".to_owned();
            let appeal = enums::Jsonvalue::JsonString(types::JsonString { value: appeal });
            config.push(entry("freeze_appeal_url", appeal));
        }
        let config = enums::Jsonvalue::JsonObject(types::JsonObject { value: config });
        let config = types::help::AppConfig { hash: 0, config };
        Ok(enums::help::AppConfig::Config(config))
    }
}

fn entry(key: &str, value: enums::Jsonvalue) -> enums::JsonobjectValue {
    enums::JsonobjectValue::JsonObjectValue(types::JsonObjectValue {
        key: key.to_owned(),
        value,
    })
}

fn number(value: i64) -> enums::Jsonvalue {
    let value = f64::from(wire(value));
    enums::Jsonvalue::JsonNumber(types::JsonNumber { value })
}
