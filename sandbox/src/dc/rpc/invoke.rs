//! A call from its bytes to the bytes of its answer.

use std::sync::Arc;

use grammers_tl_types::name_for_id;

use super::call::{Call, Caller};
use super::error::{RpcError, RpcResult, SILENCE};
use super::method::{Access, Method, Methods};
use super::recursion::is_harmless;
use super::wrapped::{Unwrapped, unwrap};
use crate::dc::directory::CDN_DC;
use crate::world::{AccountState, Fate, LimitedCall, World};

/// The layers of the schema that are spoken here. They agree on everything
/// that is sent; a client of another layer would misread it.
const LAYERS: std::ops::RangeInclusive<i32> = 229..=230;

/// What came of a call.
pub(crate) struct Invoked {
    /// The answer.
    pub(crate) answer: Vec<u8>,
    /// Whether the connection wants updates from now on.
    pub(crate) updates: bool,
    /// What becomes of the answer on its way.
    pub(crate) fate: Fate,
}

/// Carries out a call.
pub(crate) async fn invoke(methods: &Methods, caller: Caller, request: &[u8]) -> Invoked {
    let Ok(call) = unwrap(request) else {
        let error = RpcError::bad_request("INPUT_FETCH_ERROR");
        return Invoked {
            answer: error.to_bytes(),
            updates: false,
            fate: Fate::Sent,
        };
    };
    let updates = call.updates;
    let method = name_for_id(call.id);
    let (dc, key) = (Arc::clone(&caller.dc), Arc::clone(&caller.key));
    let person = || key.login().map(|login| login.person);
    let before = person().or_else(|| named(methods, &dc.world, &call));
    let answer = match answer(methods, caller, call, before).await {
        Ok(answer) => answer,
        Err(error) if error == SILENCE => {
            return Invoked {
                answer: Vec::new(),
                updates,
                fate: Fate::Lost,
            };
        }
        Err(error) => {
            methods.note_error(method, &error);
            tracing::debug!(code = error.code, error = %error.message, "call answered with an error");
            error.to_bytes()
        }
    };
    // The call may have ended the login, or have been one.
    let person = before.or_else(person);
    Invoked {
        answer,
        updates,
        fate: dc.world.faults().fate(method, person, dc.id),
    }
}

/// Whose phone number a call names.
fn named(methods: &Methods, world: &World, request: &Unwrapped<'_>) -> Option<i64> {
    if !is_harmless(request.fields) {
        return None;
    }
    let phone = methods.phone(request.id, request.fields)?;
    world.people().by_phone(&phone).map(|person| person.id)
}

async fn answer(
    methods: &Methods,
    caller: Caller,
    request: Unwrapped<'_>,
    person: Option<i64>,
) -> RpcResult<Vec<u8>> {
    introduce(&caller, &request)?;
    let dc = Arc::clone(&caller.dc);
    let name = name_for_id(request.id);
    if caller.key.is_dropped() {
        return Err(DUPLICATED);
    }
    let call = Call::new(caller, request.takeout, request.range);
    if let Some(fault) = dc.world.faults().strike(name, person, dc.id) {
        return Err(RpcError {
            code: fault.error_code,
            message: fault.error_message.clone().into(),
        });
    }
    let Some(method) = methods.find(request.id) else {
        tracing::info!(method = name, "a method that the sandbox does not have");
        return Err(RpcError::bad_request("METHOD_INVALID"));
    };
    if call.dc().id == CDN_DC && method.access != Access::Open {
        return Err(RpcError::bad_request("CDN_METHOD_INVALID"));
    }
    check_access(method, &call)?;
    check_parallel_use(call.caller(), method)?;
    check_limits(&call, method)?;
    check_takeout(&call)?;
    if !is_harmless(request.fields) {
        return Err(RpcError::bad_request("INPUT_REQUEST_TOO_LONG"));
    }
    (method.run)(call, request.fields).await
}

/// Takes note of what the client says about itself.
fn introduce(caller: &Caller, request: &Unwrapped<'_>) -> RpcResult<()> {
    if let Some(layer) = request.layer {
        if !LAYERS.contains(&layer) {
            tracing::warn!(layer, "a client speaks a layer that is not known here");
            return Err(RpcError::bad_request("CONNECTION_LAYER_INVALID"));
        }
        caller.key.set_layer(layer);
    }
    if let Some(device) = &request.device {
        if device.api_id != caller.dc.world.options().api_id {
            return Err(RpcError::bad_request("API_ID_INVALID"));
        }
        caller.key.set_device(device.clone());
    }
    match caller.key.layer() {
        Some(_) => Ok(()),
        None => Err(RpcError::bad_request("CONNECTION_NOT_INITED")),
    }
}

/// Refuses a login that is used from two connections at once. Files may be
/// fetched over any number of connections: Telegram has data centres for that
/// which do not mind, and here they are at the same address. Calls that anyone
/// may make, such as those of a client that connects, say nothing of a login.
fn check_parallel_use(caller: &Caller, method: &Method) -> RpcResult<()> {
    let counts = method.access != Access::Open && !method.name.starts_with("upload.");
    if counts && caller.key.called(caller.connection, caller.msg_id) {
        tracing::info!(
            dc = caller.key.dc,
            "a key is used from two connections at once"
        );
        caller.dc.world.drop_login(&caller.key);
        return Err(DUPLICATED);
    }
    Ok(())
}

/// Refuses a call that is one too many.
fn check_limits(call: &Call, method: &Method) -> RpcResult<()> {
    let limited = LimitedCall {
        method: method.name,
        person: call.login().map(|login| login.person),
        key: call.key().id,
        api_id: call.key().device().api_id,
        dc: call.dc().id,
    };
    let world = call.world();
    let inside = call.takeout().is_some();
    let booked = world
        .limits()
        .book_inside(&limited, inside, world.clock().precise());
    booked.map_err(|flood| RpcError {
        code: 420,
        message: format!("{}_{}", flood.error.name(), flood.seconds).into(),
    })
}

/// Refuses a call inside an export that is over, or of a range outside of one.
fn check_takeout(call: &Call) -> RpcResult<()> {
    let Some(id) = call.takeout() else {
        return match call.range() {
            Some(_) => Err(RpcError::new(403, "TAKEOUT_REQUIRED")),
            None => Ok(()),
        };
    };
    if call.world().takeouts().goes_on(call.me()?.id, id) {
        Ok(())
    } else {
        Err(RpcError::bad_request("TAKEOUT_INVALID"))
    }
}

/// The client's login was used from two connections at once.
const DUPLICATED: RpcError = RpcError::new(406, "AUTH_KEY_DUPLICATED");

fn check_access(method: &Method, call: &Call) -> RpcResult<()> {
    if method.access == Access::Open {
        return Ok(());
    }
    let person = call.me()?;
    call.complete_login()?.touch(call.now());
    match person.state {
        AccountState::Banned => Err(RpcError::unauthorized("USER_DEACTIVATED_BAN")),
        AccountState::Frozen if method.access == Access::Write => {
            Err(RpcError::new(420, "FROZEN_METHOD_INVALID"))
        }
        AccountState::Frozen | AccountState::Active => Ok(()),
    }
}
