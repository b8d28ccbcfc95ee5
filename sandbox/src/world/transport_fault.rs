//! Faults of the transport: what connections get instead of an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::fault_list::{Fault, FaultList};

/// What a connection gets, before it is closed, instead of an answer to what
/// it sent with a key. None of it is encrypted: anyone on the way could send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// A transport error, such as -404: the key is unknown
    /// (<https://core.telegram.org/mtproto/mtproto-transports#transport-errors>).
    Error(i32),
    /// These bytes, as from a proxy that speaks something else.
    Bytes(Vec<u8>),
}

/// A [`TransportFault`] that is to be set.
#[derive(Clone, Debug)]
pub struct NewTransportFault {
    /// What connections get.
    pub instead: Instead,
    /// How many times.
    pub times: u32,
    /// Only with keys on which this person is logged in, or half-way.
    pub person: Option<i64>,
    /// Only at this data centre.
    pub dc: Option<i32>,
}

/// What connections get instead of an answer.
#[derive(Debug)]
pub struct TransportFault {
    /// What names the fault.
    pub id: i64,
    /// What connections get.
    pub instead: Instead,
    /// Only with this person's keys.
    pub person: Option<i64>,
    /// Only at this data centre.
    pub dc: Option<i32>,
    left: AtomicU32,
}

impl TransportFault {
    /// How many times are left.
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    fn applies(&self, person: Option<i64>, dc: i32) -> bool {
        self.person.is_none_or(|only| person == Some(only)) && self.dc.is_none_or(|only| only == dc)
    }

    fn strike(&self) -> bool {
        let down = |left: u32| left.checked_sub(1);
        let order = Ordering::Relaxed;
        self.left.fetch_update(order, order, down).is_ok()
    }
}

impl Fault for TransportFault {
    fn id(&self) -> i64 {
        self.id
    }

    fn is_spent(&self) -> bool {
        self.left() == 0
    }
}

/// The faults of the transport that are set.
#[derive(Debug, Default)]
pub(crate) struct TransportFaults(FaultList<TransportFault>);

impl TransportFaults {
    pub(crate) fn add(&self, id: i64, new: NewTransportFault) -> Arc<TransportFault> {
        self.0.add(TransportFault {
            id,
            instead: new.instead,
            person: new.person,
            dc: new.dc,
            left: AtomicU32::new(new.times),
        })
    }

    pub(crate) fn list(&self) -> Vec<Arc<TransportFault>> {
        self.0.list()
    }

    /// Lifts one; `false` if there is none with this id.
    pub(crate) fn remove(&self, id: i64) -> bool {
        self.0.remove(id)
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }

    /// What a connection is to get instead of an answer, if anything.
    pub(crate) fn strike(&self, person: Option<i64>, dc: i32) -> Option<Instead> {
        self.0.strike(|all| {
            let strikes =
                |fault: &&Arc<TransportFault>| fault.applies(person, dc) && fault.strike();
            Some(all.iter().find(strikes)?.instead.clone())
        })
    }
}
