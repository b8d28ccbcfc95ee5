//! Faults on command.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use tokio::sync::watch;

use super::answer_fault::{AnswerFault, AnswerFaults, AnswerHarm, Fate, NewAnswerFault};
use super::channel_fault::{ChannelFault, ChannelFaults, NewChannelFault};
use super::fault_list::{Fault, FaultList};
use super::line::{LineState, Lines};
use super::transport_fault::{Instead, NewTransportFault, TransportFault, TransportFaults};

/// An error that calls of a method answer with instead of being carried out.
#[derive(Debug)]
pub struct RpcFault {
    /// What names the fault.
    pub id: i64,
    /// The method, as in the schema (`auth.exportLoginToken`); `*` for all.
    pub method: String,
    /// The error's code.
    pub error_code: i32,
    /// The error's text.
    pub error_message: String,
    /// Only calls of this person.
    pub person: Option<i64>,
    /// Only calls at this data centre.
    pub dc: Option<i32>,
    left: AtomicU32,
}

/// An [`RpcFault`] that is to be set.
#[derive(Clone, Debug)]
pub struct NewRpcFault {
    /// The method, as in the schema; `*` for all.
    pub method: String,
    /// The error's code.
    pub error_code: i32,
    /// The error's text.
    pub error_message: String,
    /// How many calls answer with it.
    pub times: u32,
    /// Only calls of this person.
    pub person: Option<i64>,
    /// Only calls at this data centre.
    pub dc: Option<i32>,
}

impl RpcFault {
    /// How many calls will still answer with it.
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    fn applies(&self, method: &str, person: Option<i64>, dc: i32) -> bool {
        (self.method == "*" || self.method == method)
            && self.person.is_none_or(|only| person == Some(only))
            && self.dc.is_none_or(|only| only == dc)
    }

    /// Takes one of the calls that are left.
    fn strike(&self) -> bool {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }
}

impl Fault for RpcFault {
    fn id(&self) -> i64 {
        self.id
    }

    fn is_spent(&self) -> bool {
        self.left() == 0
    }
}

/// The faults that are set.
#[derive(Debug, Default)]
pub struct Faults {
    rpc: FaultList<RpcFault>,
    transport: TransportFaults,
    answers: AnswerFaults,
    channels: ChannelFaults,
    lines: Lines,
    last_id: AtomicI64,
}

impl Faults {
    /// Sets an error for the next calls of a method.
    pub fn add(&self, new: NewRpcFault) -> Arc<RpcFault> {
        self.rpc.add(RpcFault {
            id: self.next_id(),
            method: new.method,
            error_code: new.error_code,
            error_message: new.error_message,
            person: new.person,
            dc: new.dc,
            left: AtomicU32::new(new.times),
        })
    }

    /// Sets what the next connections get instead of an answer.
    pub fn add_transport(&self, new: NewTransportFault) -> Arc<TransportFault> {
        self.transport.add(self.next_id(), new)
    }

    /// Sets what happens to the next answers of a method.
    pub fn add_answer(&self, new: NewAnswerFault) -> Arc<AnswerFault> {
        self.answers.add(self.next_id(), new)
    }

    /// Sets what goes wrong with channels.
    pub fn add_channel(&self, new: NewChannelFault) -> Arc<ChannelFault> {
        self.channels.add(self.next_id(), new)
    }

    /// What goes wrong with channels, as far as it is not used up.
    pub fn channels(&self) -> Vec<Arc<ChannelFault>> {
        self.channels.list()
    }

    /// What strikes channels.
    pub(crate) fn of_channels(&self) -> &ChannelFaults {
        &self.channels
    }

    /// Loses the next answers of a method: the call is carried out, and then
    /// its connection breaks.
    pub fn lose_answers(&self, method: &str, times: u32) {
        self.add_answer(NewAnswerFault {
            method: method.to_owned(),
            harm: AnswerHarm::Cut,
            times: Some(times),
            person: None,
            dc: None,
        });
    }

    /// What happens to answers, as far as it is not used up.
    pub fn answers(&self) -> Vec<Arc<AnswerFault>> {
        self.answers.list()
    }

    /// What becomes of the answer to a call.
    pub(crate) fn fate(&self, method: &str, person: Option<i64>, dc: i32) -> Fate {
        self.answers.strike(method, person, dc)
    }

    /// What connections get instead of an answer, as far as it is not used up.
    pub fn transport(&self) -> Vec<Arc<TransportFault>> {
        self.transport.list()
    }

    /// Cuts all connections of a data centre.
    pub fn drop_connections(&self, dc: i32) {
        self.lines.cut(dc);
    }

    /// Makes a data centre accept and read, but never answer; gives the fault's id.
    pub fn silence(&self, dc: i32) -> i64 {
        let id = self.next_id();
        self.lines.silence(dc, id);
        id
    }

    /// Makes a data centre turn connections away as soon as they are made, and
    /// cuts those it has; gives the fault's id.
    pub fn refuse(&self, dc: i32) -> i64 {
        let id = self.next_id();
        self.lines.refuse(dc, id);
        id
    }

    /// The errors that are set and not used up.
    pub fn list(&self) -> Vec<Arc<RpcFault>> {
        self.rpc.list()
    }

    /// The data centres that are silent, each with the fault's id.
    pub fn silenced(&self) -> Vec<(i32, i64)> {
        self.lines.list(|line| line.silenced_by)
    }

    /// The data centres that turn connections away, each with the fault's id.
    pub fn refusing(&self) -> Vec<(i32, i64)> {
        self.lines.list(|line| line.refused_by)
    }

    /// Lifts one fault; `false` if there is none with this id.
    pub fn remove(&self, id: i64) -> bool {
        self.rpc.remove(id)
            || self.transport.remove(id)
            || self.answers.remove(id)
            || self.channels.remove(id)
            || self.lines.lift(|it| it == id)
    }

    /// Lifts all faults.
    pub fn clear(&self) {
        self.rpc.clear();
        self.transport.clear();
        self.answers.clear();
        self.channels.clear();
        self.lines.lift(|_| true);
    }

    /// The error that a call is to answer with, if any.
    pub(crate) fn strike(
        &self,
        method: &str,
        person: Option<i64>,
        dc: i32,
    ) -> Option<Arc<RpcFault>> {
        let fits = |fault: &&Arc<RpcFault>| fault.applies(method, person, dc) && fault.strike();
        self.rpc.strike(|all| all.iter().find(fits).cloned())
    }

    /// What a connection is to get instead of an answer, if anything.
    pub(crate) fn strike_transport(&self, person: Option<i64>, dc: i32) -> Option<Instead> {
        self.transport.strike(person, dc)
    }

    /// Watches the lines to a data centre.
    pub(crate) fn watch_line(&self, dc: i32) -> watch::Receiver<LineState> {
        self.lines.watch(dc)
    }

    fn next_id(&self) -> i64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }
}
