//! Faults on command.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::answer::TelegramError;
use super::body::Body;
use super::channel_faults;
use super::fault_view::{Fault, FaultKind};
use super::set_fault::SetFault;
use super::state::TelegramState;
use crate::world::{AnswerHarm, Delay, Instead, NewAnswerFault, NewRpcFault, NewTransportFault};

/// What a proxy may answer that takes all of this for a web request.
const WEB_SERVER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\
    Connection: close\r\n\r\n<html><h1>400 Bad Request</h1></html>\n";

/// The longest that answers are held back, in milliseconds.
const MAX_DELAY_MS: u64 = 3_600_000;

/// The faults that are set and not used up.
#[utoipa::path(get, path = "/faults", tag = "faults", responses((status = 200, body = Vec<Fault>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<Fault>> {
    let faults = state.world.faults();
    let rpc = faults.list();
    let rpc = rpc.iter().map(|fault| Fault::from(&**fault));
    let of_lines = |kind, lines: Vec<(i32, i64)>| {
        let lines = lines.into_iter();
        lines.map(move |(dc, id)| Fault::of_line(kind, Some(dc), Some(id)))
    };
    let silent = of_lines(FaultKind::Silence, faults.silenced());
    let refusing = of_lines(FaultKind::Refuse, faults.refusing());
    let transport = faults.transport();
    let transport = transport.iter().map(|fault| Fault::from(&**fault));
    let answers = faults.answers();
    let answers = answers.iter().map(|fault| Fault::from(&**fault));
    let channels = faults.channels();
    let channels = channels.iter().map(|fault| Fault::from(&**fault));
    let lines = silent.chain(refusing);
    let all = rpc.chain(transport).chain(answers).chain(channels);
    Json(all.chain(lines).collect())
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
        FaultKind::Lost | FaultKind::Delay => Fault::from(&*faults.add_answer(answer(new)?)),
        FaultKind::Withhold | FaultKind::TooLong | FaultKind::Timestamp | FaultKind::Private => {
            Fault::from(&*channel_faults::set(&state, &new)?)
        }
        FaultKind::Drop if new.person.is_some() => cut(&state, &new)?,
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
        FaultKind::Refuse => {
            let dc = known_dc(&state, &new)?;
            Fault::of_line(FaultKind::Refuse, Some(dc), Some(faults.refuse(dc)))
        }
    };
    Ok((StatusCode::CREATED, Json(fault)))
}

/// Cuts the connections of one person.
fn cut(state: &TelegramState, new: &SetFault) -> Result<Fault, TelegramError> {
    let dc = match new.dc {
        Some(_) => Some(known_dc(state, new)?),
        None => None,
    };
    let person = state.person(new.person.unwrap_or(0))?.id;
    state.dcs.cut(person, dc);
    Ok(Fault::of_line(FaultKind::Drop, dc, None).of_person(person))
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

fn answer(new: SetFault) -> Result<NewAnswerFault, TelegramError> {
    let missing = "a fault of answers needs a method";
    let (harm, times) = match new.kind {
        FaultKind::Delay => (AnswerHarm::Late(delay(&new)?), new.times),
        _ if new.cut == Some(false) => (AnswerHarm::Lost, Some(new.times.unwrap_or(1))),
        _ => (AnswerHarm::Cut, Some(new.times.unwrap_or(1))),
    };
    Ok(NewAnswerFault {
        method: new.method.ok_or(TelegramError::bad_request(missing))?,
        harm,
        times,
        person: new.person,
        dc: new.dc,
    })
}

fn delay(new: &SetFault) -> Result<Delay, TelegramError> {
    let missing = "a delay needs least_ms, and most_ms not below it, up to an hour";
    let least = new.least_ms.ok_or(TelegramError::bad_request(missing))?;
    let most = new.most_ms.unwrap_or(least);
    if most < least || most > MAX_DELAY_MS {
        return Err(TelegramError::bad_request(missing));
    }
    let [least, most] = [least, most].map(Duration::from_millis);
    if least == most {
        return Ok(Delay::Fixed(least));
    }
    let seed = new.seed.unwrap_or(0);
    Ok(Delay::Random { least, most, seed })
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
    let private = channel_faults::private(&state.world);
    state.world.faults().clear();
    channel_faults::tell(&state.world, &private);
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
    let mut private = channel_faults::private(&state.world);
    private.retain(|fault| fault.id == id);
    if state.world.faults().remove(id) {
        channel_faults::tell(&state.world, &private);
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(TelegramError::not_found("FAULT_ID_INVALID"))
    }
}
