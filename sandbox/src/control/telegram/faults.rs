//! Faults on command.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{Instead, NewRpcFault, NewTransportFault, RpcFault, TransportFault};

/// What a proxy may answer that takes all of this for a web request.
const WEB_SERVER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\
    Connection: close\r\n\r\n<html><h1>400 Bad Request</h1></html>\n";

/// What goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FaultKind {
    /// The next calls of a method answer with an error.
    #[default]
    Rpc,
    /// All connections of a data centre, or of all, are cut, once.
    Drop,
    /// A data centre accepts and reads, but does not answer until the fault is lifted.
    Silence,
    /// What is sent with a key gets a transport error, and the connection is closed.
    Transport,
    /// It gets the bytes of a web server instead.
    Garbage,
    /// The next calls of a method are carried out, and their answers lost.
    Lost,
}

/// A fault to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetFault {
    /// What goes wrong; `rpc` if absent.
    #[serde(default)]
    kind: FaultKind,
    /// `rpc`, `lost`: the method as in the schema; for `rpc` also `*` for all.
    #[schema(example = "auth.exportLoginToken")]
    method: Option<String>,
    /// `rpc`, `transport`: the error's code.
    #[schema(example = 420)]
    error_code: Option<i32>,
    /// `rpc`: the error's name.
    #[schema(example = "FLOOD_WAIT_100")]
    error_message: Option<String>,
    /// `rpc`, `transport`, `garbage`: how many calls or connections; 1 if absent.
    times: Option<u32>,
    /// `rpc`, `transport`, `garbage`: only this person's.
    person: Option<i64>,
    /// `rpc`, `transport`, `garbage`: only at this data centre. Otherwise: the data centre;
    /// `drop` takes all of them if it is absent.
    dc: Option<i32>,
}

/// A fault that is set.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Fault {
    /// What names it; absent for what is over at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    /// What goes wrong.
    kind: FaultKind,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// The error's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<i32>,
    /// The error's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    /// How many calls are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    /// Only calls of this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<i64>,
    /// The data centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    dc: Option<i32>,
}

impl Fault {
    fn of_line(kind: FaultKind, dc: Option<i32>, id: Option<i64>) -> Self {
        Self {
            id,
            kind,
            method: None,
            error_code: None,
            error_message: None,
            times: None,
            person: None,
            dc,
        }
    }
}

impl Fault {
    fn of_lost(method: String, times: u32) -> Self {
        Self {
            method: Some(method),
            times: Some(times),
            ..Self::of_line(FaultKind::Lost, None, None)
        }
    }
}

impl From<&RpcFault> for Fault {
    fn from(fault: &RpcFault) -> Self {
        Self {
            id: Some(fault.id),
            kind: FaultKind::Rpc,
            method: Some(fault.method.clone()),
            error_code: Some(fault.error_code),
            error_message: Some(fault.error_message.clone()),
            times: Some(fault.left()),
            person: fault.person,
            dc: fault.dc,
        }
    }
}

impl From<&TransportFault> for Fault {
    fn from(fault: &TransportFault) -> Self {
        let (kind, error_code) = match &fault.instead {
            Instead::Error(code) => (FaultKind::Transport, Some(*code)),
            Instead::Bytes(_) => (FaultKind::Garbage, None),
        };
        Self {
            error_code,
            times: Some(fault.left()),
            person: fault.person,
            ..Self::of_line(kind, fault.dc, Some(fault.id))
        }
    }
}

/// The faults that are set and not used up.
#[utoipa::path(get, path = "/faults", tag = "faults", responses((status = 200, body = Vec<Fault>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<Fault>> {
    let faults = state.world.faults();
    let rpc = faults.list();
    let rpc = rpc.iter().map(|fault| Fault::from(&**fault));
    let silent = faults.silenced().into_iter();
    let silent = silent.map(|(dc, id)| Fault::of_line(FaultKind::Silence, Some(dc), Some(id)));
    let transport = faults.transport();
    let transport = transport.iter().map(|fault| Fault::from(&**fault));
    let lost = faults.lost().into_iter();
    let lost = lost.map(|(method, times)| Fault::of_lost(method, times));
    Json(rpc.chain(transport).chain(lost).chain(silent).collect())
}

/// Sets a fault.
#[utoipa::path(
    post, path = "/faults", tag = "faults", request_body = SetFault,
    responses((status = 201, body = Fault), (status = 400, body = TelegramError)),
)]
pub(super) async fn set(
    State(state): State<TelegramState>,
    Body(new): Body<SetFault>,
) -> Result<(StatusCode, Json<Fault>), TelegramError> {
    let faults = state.world.faults();
    let fault = match new.kind {
        FaultKind::Rpc => Fault::from(&*faults.add(rpc(new)?)),
        FaultKind::Transport | FaultKind::Garbage => {
            Fault::from(&*faults.add_transport(transport(&new)?))
        }
        FaultKind::Lost => lose(&state, new)?,
        FaultKind::Drop => {
            for dc in meant_dcs(&state, &new)? {
                faults.drop_connections(dc);
            }
            Fault::of_line(FaultKind::Drop, new.dc, None)
        }
        FaultKind::Silence => {
            let dc = known_dc(&state, &new)?;
            Fault::of_line(FaultKind::Silence, Some(dc), Some(faults.silence(dc)))
        }
    };
    Ok((StatusCode::CREATED, Json(fault)))
}

fn rpc(new: SetFault) -> Result<NewRpcFault, TelegramError> {
    let (Some(method), Some(error_code), Some(error_message)) =
        (new.method, new.error_code, new.error_message)
    else {
        let missing = "a fault of a method needs method, error_code and error_message";
        return Err(TelegramError::bad_request(missing));
    };
    Ok(NewRpcFault {
        method,
        error_code,
        error_message,
        times: new.times.unwrap_or(1),
        person: new.person,
        dc: new.dc,
    })
}

fn lose(state: &TelegramState, new: SetFault) -> Result<Fault, TelegramError> {
    let missing = "a lost answer needs a method";
    let method = new.method.ok_or(TelegramError::bad_request(missing))?;
    let times = new.times.unwrap_or(1);
    state.world.faults().lose_answers(&method, times);
    Ok(Fault::of_lost(method, times))
}

fn transport(new: &SetFault) -> Result<NewTransportFault, TelegramError> {
    let instead = match (new.kind, new.error_code) {
        (FaultKind::Garbage, _) => Instead::Bytes(WEB_SERVER.to_vec()),
        (_, Some(code)) if code < 0 => Instead::Error(code),
        _ => {
            let missing = "a fault of the transport needs an error_code below 0";
            return Err(TelegramError::bad_request(missing));
        }
    };
    Ok(NewTransportFault {
        instead,
        times: new.times.unwrap_or(1),
        person: new.person,
        dc: new.dc,
    })
}

/// The data centre that is named; all of them, if none is.
fn meant_dcs(state: &TelegramState, new: &SetFault) -> Result<Vec<i32>, TelegramError> {
    if new.dc.is_some() {
        return Ok(vec![known_dc(state, new)?]);
    }
    let known = state.dcs.addresses();
    Ok(known.into_iter().map(|(id, _)| id).collect())
}

fn known_dc(state: &TelegramState, new: &SetFault) -> Result<i32, TelegramError> {
    let known = state.dcs.addresses();
    let found = known.iter().find(|(id, _)| Some(*id) == new.dc);
    found
        .map(|(id, _)| *id)
        .ok_or(TelegramError::bad_request("DC_ID_INVALID"))
}

/// Lifts all faults.
#[utoipa::path(delete, path = "/faults", tag = "faults", responses((status = 204)))]
pub(super) async fn clear(State(state): State<TelegramState>) -> StatusCode {
    state.world.faults().clear();
    StatusCode::NO_CONTENT
}

/// Lifts a fault.
#[utoipa::path(
    delete, path = "/faults/{id}", tag = "faults",
    params(("id" = i64, Path, description = "The fault")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn lift(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    if state.world.faults().remove(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(TelegramError::not_found("FAULT_ID_INVALID"))
    }
}
