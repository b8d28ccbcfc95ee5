//! One connection: packets in, packets out.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::data_centre::DataCentre;
use super::handshake::{Exchange, step_off_reactor};
use super::late_answers::LateAnswers;
use super::message::{
    Bad, Check, Envelope, Inbound, Kind, Outgoing, Service, ServiceContext, Session, acknowledge,
    bad_message, bad_salt, greeting, kind_of, pack, serve, unpack,
};
use super::push::{Push, Registration};
use super::refusals::Refusal;
use super::rpc::{Caller, Invoked, Methods, invoke};
use super::wire::{PacketStream, StreamError, decrypt_from_client, encrypt_for_client};
use crate::world::{AuthKey, Fate, Instead, LineState};

/// How long a connection may be silent before its first encrypted message.
const STRANGER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a connection may be silent otherwise, unless the client said so.
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a client may take to read an answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// "Not found": the authorisation key is unknown
/// (<https://core.telegram.org/mtproto/mtproto-transports#transport-errors>).
const UNKNOWN_KEY: i32 = -404;

/// Whether the connection goes on.
type Flow = ControlFlow<()>;

/// What a connection knows of the client once it has sent an encrypted message.
struct Peer {
    key: Arc<AuthKey>,
    session: Arc<Session>,
    registration: Registration,
}

/// A connection.
pub(crate) struct Connection {
    dc: Arc<DataCentre>,
    methods: Arc<Methods>,
    stream: PacketStream,
    exchange: Exchange,
    peer: Option<Peer>,
    late: LateAnswers,
    line: watch::Receiver<LineState>,
    cuts: u64,
    /// How long the client may be silent.
    patience: Duration,
    local: IpAddr,
}

impl Connection {
    pub(crate) fn new(dc: Arc<DataCentre>, methods: Arc<Methods>, socket: TcpStream) -> Self {
        // Answers are small; waiting to fill a segment only delays them.
        let _ = socket.set_nodelay(true);
        let stream = PacketStream::new(socket);
        let line = dc.world.faults().watch_line(dc.id);
        let cuts = line.borrow().cuts;
        let local = stream
            .local_addr()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip());
        Self {
            dc,
            methods,
            stream,
            exchange: Exchange::default(),
            peer: None,
            late: LateAnswers::default(),
            line,
            cuts,
            patience: STRANGER_TIMEOUT,
            local,
        }
    }

    /// Serves the client until it leaves, misbehaves, or the sandbox stops.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        self.dc.open.fetch_add(1, Ordering::Relaxed);
        let mut deadline = Instant::now() + self.patience;
        loop {
            let queue = self.peer.as_mut().map(|peer| &mut peer.registration.queue);
            let push = async {
                match queue {
                    Some(queue) => queue.recv().await,
                    None => std::future::pending().await,
                }
            };
            let late = self.late.next();
            let flow = tokio::select! {
                () = stop.cancelled() => Flow::Break(()),
                changed = self.line.changed() => {
                    if changed.is_err() || self.line.borrow().cuts != self.cuts {
                        Flow::Break(())
                    } else {
                        Flow::Continue(())
                    }
                }
                push = push => match push {
                    Some(push) => self.push(&push).await,
                    None => Flow::Break(()),
                },
                () = LateAnswers::due(late) => self.send_late().await,
                packet = self.stream.next() => match packet {
                    Ok(packet) => {
                        let flow = self.receive(packet).await;
                        deadline = Instant::now() + self.patience;
                        flow
                    }
                    Err(error) => {
                        if matches!(error, StreamError::Frame(_)) {
                            self.dc.refusals.note(Refusal::Malformed);
                        }
                        tracing::debug!(dc = self.dc.id, %error, "connection closed");
                        Flow::Break(())
                    }
                },
                () = tokio::time::sleep_until(deadline) => Flow::Break(()),
            };
            if flow.is_break() {
                break;
            }
        }
        self.leave();
        self.dc.open.fetch_sub(1, Ordering::Relaxed);
    }

    fn is_silenced(&self) -> bool {
        self.line.borrow().silenced_by.is_some()
    }

    async fn receive(&mut self, packet: BytesMut) -> Flow {
        if self.is_silenced() {
            return Flow::Continue(());
        }
        match packet.first_chunk::<8>() {
            Some([0, 0, 0, 0, 0, 0, 0, 0]) => self.receive_plain(packet).await,
            Some(key) => {
                let key = i64::from_le_bytes(*key);
                self.receive_encrypted(key, packet).await
            }
            None => Flow::Break(()),
        }
    }

    /// A step of a key exchange.
    async fn receive_plain(&mut self, packet: BytesMut) -> Flow {
        let body = match plain_body(&packet) {
            Some(body) => body.to_vec(),
            None => return self.refuse("a malformed plain message"),
        };
        let exchange = std::mem::take(&mut self.exchange);
        let rsa = Arc::clone(&self.dc.rsa);
        let step = match step_off_reactor(exchange, rsa, self.dc.id, body).await {
            Ok(step) => step,
            Err(error) => {
                tracing::info!(dc = self.dc.id, %error, "key exchange refused");
                return self.refuse_key().await;
            }
        };
        self.exchange = step.exchange;
        if let Some((data, salt)) = step.key {
            let now = self.dc.world.clock().now();
            let key = AuthKey::new(self.dc.id, data, Some(salt), now);
            self.dc.world.keys().add(key);
        }
        let mut out = Vec::with_capacity(20 + step.reply.len());
        out.extend_from_slice(&0i64.to_le_bytes());
        out.extend_from_slice(&self.dc.msg_ids.next(true).to_le_bytes());
        out.extend_from_slice(&u32::try_from(step.reply.len()).unwrap_or(0).to_le_bytes());
        out.extend_from_slice(&step.reply);
        self.send(&out).await
    }

    async fn receive_encrypted(&mut self, key_id: i64, mut packet: BytesMut) -> Flow {
        let known = self.dc.world.keys().get(key_id);
        let Some(key) = known.filter(|key| key.dc == self.dc.id) else {
            return self.refuse_key().await;
        };
        let person = key.login().map(|login| login.person);
        let faults = self.dc.world.faults();
        if let Some(instead) = faults.strike_transport(person, self.dc.id) {
            self.dc.refusals.note(Refusal::Fault);
            self.send_instead(instead).await;
            return Flow::Break(());
        }
        packet.advance(8);
        if decrypt_from_client(key.data(), &mut packet).is_none() {
            return self.refuse_key().await;
        }
        let content = packet.freeze().slice(16..);
        let envelope = match Envelope::read(&content) {
            Ok(envelope) => envelope,
            Err(error) => return self.refuse(error),
        };
        self.meet(key, envelope.session);
        self.process(envelope).await
    }

    /// Notes with which key and in which session the client speaks.
    fn meet(&mut self, key: Arc<AuthKey>, session: i64) {
        let same_key = self.peer.as_ref().is_some_and(|p| p.key.id == key.id);
        if !same_key {
            self.leave();
        }
        match &mut self.peer {
            Some(peer) if peer.session.id == session => {}
            Some(peer) => peer.session = self.dc.sessions.get(key.id, session),
            None => {
                key.connected();
                self.patience = IDLE_TIMEOUT;
                self.peer = Some(Peer {
                    session: self.dc.sessions.get(key.id, session),
                    registration: self.dc.connections.register(key.id),
                    key,
                });
            }
        }
    }

    fn leave(&mut self) {
        self.late.clear();
        if let Some(peer) = self.peer.take() {
            let now = self.dc.world.clock().now();
            peer.key.disconnected(peer.registration.id, now);
        }
    }

    async fn process(&mut self, envelope: Envelope) -> Flow {
        let Some(peer) = &self.peer else {
            return Flow::Break(());
        };
        let (key, session) = (Arc::clone(&peer.key), Arc::clone(&peer.session));
        let outer = &envelope.message;
        if !self.dc.salts.accepts(&key, envelope.salt) {
            let reply = bad_salt(outer, self.dc.salts.current(&key));
            return self.reply(vec![reply]).await;
        }
        let messages = match unpack(outer) {
            Ok(messages) => messages,
            Err(error) => return self.refuse(error),
        };
        if outer.is_container() {
            let newer = messages.iter().any(|inner| inner.msg_id >= outer.msg_id);
            let check = if newer {
                Check::Bad(Bad::Container)
            } else {
                session.receive(outer.msg_id, outer.seqno, Kind::Container)
            };
            match check {
                Check::Fresh => {}
                Check::Duplicate => return Flow::Continue(()),
                Check::Bad(bad) => return self.reply(vec![bad_message(outer, bad)]).await,
            }
        }
        let mut replies = Vec::new();
        for message in messages {
            let flow = self.process_one(&message, &key, &session, &mut replies);
            if flow.await.is_break() {
                let _ = self.reply(replies).await;
                return Flow::Break(());
            }
        }
        self.reply(replies).await
    }

    async fn process_one(
        &mut self,
        message: &Inbound,
        key: &Arc<AuthKey>,
        session: &Arc<Session>,
        replies: &mut Vec<Outgoing>,
    ) -> Flow {
        match session.receive(message.msg_id, message.seqno, kind_of(message)) {
            Check::Fresh => {}
            Check::Duplicate => {
                replies.push(acknowledge(message.msg_id));
                return Flow::Continue(());
            }
            Check::Bad(bad) => {
                replies.push(bad_message(message, bad));
                return Flow::Continue(());
            }
        }
        if session.greet() {
            let salt = self.dc.salts.current(key);
            replies.push(greeting(message.msg_id, session, salt));
        }
        let context = ServiceContext {
            key,
            session,
            sessions: &self.dc.sessions,
            salts: &self.dc.salts,
        };
        match serve(message, &context) {
            Service::Done(reply) => replies.extend(reply),
            Service::CloseAfter(delay, reply) => {
                self.patience = delay;
                replies.push(reply);
            }
            Service::DestroyKey(reply) => {
                self.dc.world.keys().remove(key.id);
                replies.push(reply);
                return Flow::Break(());
            }
            Service::Unreadable => return self.refuse("an unreadable service message"),
            Service::Call => {
                let Some(invoked) = self.call(message, key).await else {
                    return Flow::Break(());
                };
                let result = Outgoing::result(message.msg_id, &invoked.answer);
                match invoked.fate {
                    Fate::Sent => replies.push(result),
                    Fate::Late(delay) => self.late.add(delay, Arc::clone(session), result),
                    Fate::Lost => {}
                    Fate::Cut => return Flow::Break(()),
                }
            }
        }
        Flow::Continue(())
    }

    /// Carries out a call; `None`: no one is there to make one.
    async fn call(&self, message: &Inbound, key: &Arc<AuthKey>) -> Option<Invoked> {
        let peer = self.peer.as_ref()?;
        let caller = Caller {
            dc: Arc::clone(&self.dc),
            key: Arc::clone(key),
            local: self.local,
            connection: peer.registration.id,
            msg_id: message.msg_id,
        };
        let invoked = invoke(&self.methods, caller, &message.body).await;
        if invoked.updates {
            peer.registration.wants.want();
        }
        Some(invoked)
    }

    async fn push(&mut self, update: &Push) -> Flow {
        self.reply(vec![Outgoing::push(update.to_vec())]).await
    }

    async fn send_late(&mut self) -> Flow {
        match self.late.take() {
            Some((session, answer)) => self.reply_in(&session, vec![answer]).await,
            None => Flow::Continue(()),
        }
    }

    /// Sends messages to the client, in the session in which it spoke last.
    async fn reply(&mut self, messages: Vec<Outgoing>) -> Flow {
        let Some(peer) = &self.peer else {
            return Flow::Break(());
        };
        let session = Arc::clone(&peer.session);
        self.reply_in(&session, messages).await
    }

    /// Encrypts and sends messages to the client.
    async fn reply_in(&mut self, session: &Session, messages: Vec<Outgoing>) -> Flow {
        // A silence that began during the call swallows its answer, too.
        if self.is_silenced() {
            return Flow::Continue(());
        }
        let Some(peer) = &self.peer else {
            return Flow::Break(());
        };
        let key = Arc::clone(&peer.key);
        let salt = self.dc.salts.current(&key);
        let packets = pack(messages, session, salt, &self.dc.msg_ids);
        for packet in packets {
            let packet = encrypt_for_client(key.data(), key.id, &packet);
            self.send(&packet).await?;
        }
        Flow::Continue(())
    }

    async fn send(&mut self, packet: &[u8]) -> Flow {
        match timeout(WRITE_TIMEOUT, self.stream.send(packet)).await {
            Ok(Ok(())) => Flow::Continue(()),
            Ok(Err(_)) | Err(_) => Flow::Break(()),
        }
    }

    async fn send_error(&mut self, code: i32) {
        // The connection is closed next in any case.
        let _ = timeout(WRITE_TIMEOUT, self.stream.send_error(code)).await;
    }

    async fn send_instead(&mut self, instead: Instead) {
        match instead {
            Instead::Error(code) => self.send_error(code).await,
            Instead::Bytes(bytes) => {
                let _ = timeout(WRITE_TIMEOUT, self.stream.send_bytes(&bytes)).await;
            }
        }
    }

    fn refuse(&self, reason: impl std::fmt::Display) -> Flow {
        tracing::info!(dc = self.dc.id, %reason, "connection refused");
        self.dc.refusals.note(Refusal::Malformed);
        Flow::Break(())
    }

    async fn refuse_key(&mut self) -> Flow {
        self.dc.refusals.note(Refusal::UnknownKey);
        self.send_error(UNKNOWN_KEY).await;
        Flow::Break(())
    }
}

/// The content of a message that is not encrypted: after the empty key id come
/// the message's id and length.
fn plain_body(packet: &[u8]) -> Option<&[u8]> {
    let length = packet.get(16..20)?.first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let body = packet.get(20..)?;
    (length >= 4 && length <= body.len()).then(|| &body[..length])
}
