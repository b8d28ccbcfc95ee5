//! Searching in a chat.

use grammers_tl_types::{enums, functions::messages, types};

use super::history::{in_range, listed};
use super::message_kind::passes;
use super::peers::{find_chat, find_party, viewer};
use super::window::Window;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::count;
use crate::world::{Message, wire};

/// The most messages in one answer.
const MAX_LIMIT: i32 = 100;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::Search>(),
        method::<messages::GetSearchCounters>(),
    ]
}

impl Handle for messages::Search {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Messages> {
        let me = call.me()?;
        refuse_what_is_not_built(&self)?;
        let from = match &self.from_id {
            Some(peer) => Some(find_party(&call, me.id, peer)?),
            None => None,
        };
        let viewer = viewer(&call, me.id);
        let Some(chat) = find_chat(&call, me.id, &self.peer)? else {
            return Ok(listed(&call, viewer, None, &[], 0));
        };
        let words = self.q.to_lowercase();
        let wanted = |message: &Message| {
            passes(message, &self.filter, me.id)
                && (words.is_empty() || message.text.to_lowercase().contains(&words))
                && from.is_none_or(|from| message.from.unwrap_or(chat.id) == from)
                && (self.min_date == 0 || wire(message.date) >= self.min_date)
                && (self.max_date == 0 || wire(message.date) <= self.max_date)
                && self
                    .top_msg_id
                    .is_none_or(|top| super::topics::topic_of(message) == top)
        };
        let window = Window {
            offset_id: self.offset_id,
            offset_date: 0,
            add_offset: self.add_offset,
            limit: self.limit.clamp(0, MAX_LIMIT),
            max_id: self.max_id,
            min_id: self.min_id,
        };
        let (found, total) = chat.seen_by(me.id, |seen| {
            let seen = in_range(&call, &chat, seen);
            let total = seen.newest_first().filter(&wanted).count();
            (window.cut(seen, wanted), total)
        });
        Ok(listed(&call, viewer, Some(&chat), &found, total))
    }
}

fn refuse_what_is_not_built(request: &messages::Search) -> RpcResult<()> {
    if request.saved_peer_id.is_some() {
        return Err(RpcError::bad_request("PEER_ID_INVALID"));
    }
    if request.saved_reaction.is_some() {
        return Err(RpcError::bad_request("REACTION_INVALID"));
    }
    Ok(())
}

impl Handle for messages::GetSearchCounters {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::messages::SearchCounter>> {
        let me = call.me()?;
        if self.saved_peer_id.is_some() {
            return Err(RpcError::bad_request("PEER_ID_INVALID"));
        }
        let mut counts = vec![0; self.filters.len()];
        if let Some(chat) = find_chat(&call, me.id, &self.peer)? {
            chat.seen_by(me.id, |seen| {
                for message in in_range(&call, &chat, seen).newest_first() {
                    if self
                        .top_msg_id
                        .is_some_and(|top| super::topics::topic_of(&message) != top)
                    {
                        continue;
                    }
                    for (counted, filter) in counts.iter_mut().zip(&self.filters) {
                        *counted += usize::from(passes(&message, filter, me.id));
                    }
                }
            });
        }
        let counters = self.filters.into_iter().zip(counts);
        let counters = counters.map(|(filter, counted)| {
            enums::messages::SearchCounter::Counter(types::messages::SearchCounter {
                inexact: false,
                filter,
                count: count(counted),
            })
        });
        Ok(counters.collect())
    }
}
