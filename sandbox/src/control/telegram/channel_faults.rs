//! Faults of channels, as they are asked for.

use std::sync::Arc;

use super::answer::TelegramError;
use super::fault_view::FaultKind;
use super::set_fault::SetFault;
use super::state::TelegramState;
use crate::world::{
    ChannelFault, ChannelHarm, Chat, NewChannelFault, TimestampTrouble, Withheld, World,
};

/// Sets what goes wrong with a channel, or with all.
pub(super) fn set(
    state: &TelegramState,
    new: &SetFault,
) -> Result<Arc<ChannelFault>, TelegramError> {
    if let Some(person) = new.person {
        state.person(person)?;
    }
    let chat = new.channel.map(|id| channel(state, id)).transpose()?;
    let harm = match new.kind {
        FaultKind::TooLong => ChannelHarm::TooLong,
        FaultKind::Timestamp => ChannelHarm::Timestamp(trouble(new)?),
        FaultKind::Private => ChannelHarm::Private,
        _ => ChannelHarm::Withhold(withheld(new)?),
    };
    if harm == ChannelHarm::Private && (chat.is_none() || new.times.is_some()) {
        let wrong = "private needs a channel, and lasts until it is lifted";
        return Err(TelegramError::bad_request(wrong));
    }
    let set = state.world.faults().add_channel(NewChannelFault {
        harm,
        channel: new.channel,
        person: new.person,
        times: new.times,
    });
    if harm == ChannelHarm::Private {
        tell(&state.world, std::slice::from_ref(&set));
    }
    Ok(set)
}

/// The channels that are private now.
pub(super) fn private(world: &World) -> Vec<Arc<ChannelFault>> {
    let mut faults = world.faults().channels();
    faults.retain(|fault| fault.harm == ChannelHarm::Private);
    faults
}

/// Tells the members that they may see these channels, or may not any more.
pub(super) fn tell(world: &World, private: &[Arc<ChannelFault>]) {
    for fault in private {
        let chat = fault.channel.and_then(|id| world.chats().get(id));
        if let Some(chat) = chat {
            let mut people = chat.members();
            people.retain(|member| fault.person.is_none_or(|only| only == *member));
            world.access_changed(chat.id, people);
        }
    }
}

fn channel(state: &TelegramState, id: i64) -> Result<Arc<Chat>, TelegramError> {
    let chat = state.chat(id)?;
    if chat.kind.is_channel() {
        Ok(chat)
    } else {
        Err(TelegramError::bad_request("CHANNEL_INVALID"))
    }
}

fn trouble(new: &SetFault) -> Result<TimestampTrouble, TelegramError> {
    let all = [TimestampTrouble::Outdated, TimestampTrouble::Invalid];
    let mut all = all.into_iter();
    let found = all.find(|it| new.error_message.as_deref() == Some(it.error().1));
    found.ok_or_else(|| {
        let missing = "timestamp needs an error_message: PERSISTENT_TIMESTAMP_OUTDATED or \
                       PERSISTENT_TIMESTAMP_INVALID";
        TelegramError::bad_request(missing)
    })
}

fn withheld(new: &SetFault) -> Result<Withheld, TelegramError> {
    match (new.every, new.percent) {
        (None, None) => Ok(Withheld::Every(1)),
        (Some(every), None) if every > 0 => Ok(Withheld::Every(every)),
        (None, Some(percent)) if percent <= 100 => Ok(Withheld::Share {
            percent,
            seed: new.seed.unwrap_or(0),
        }),
        _ => {
            let wrong = "withhold takes every (from 1 on) or percent (up to 100), not both";
            Err(TelegramError::bad_request(wrong))
        }
    }
}
