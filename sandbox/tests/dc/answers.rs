//! Answers that are late or lost, though the call was carried out.

use std::time::{Duration, Instant};

use grammers_client::tl::{Identifiable as _, Serializable as _, functions, types};
use sesame_sandbox::world::{AnswerHarm, Delay, NewAnswerFault};

use crate::conversation::{Raw, Received, fresh_id, has, ping};
use crate::harness::{PATIENCE, Sandbox};

fn fault(method: &str, harm: AnswerHarm) -> NewAnswerFault {
    NewAnswerFault {
        method: method.to_owned(),
        harm,
        times: Some(1),
        person: None,
        dc: None,
    }
}

fn late(time: Duration) -> AnswerHarm {
    AnswerHarm::Late(Delay::Fixed(time))
}

/// A client that has shown who it is, in a conversation that can be looked at.
async fn raw(sandbox: &Sandbox) -> Raw {
    let client = sandbox.client();
    client.export().await.unwrap();
    let mut raw = Raw::connect(&client.key(sandbox, 1)).await;
    raw.settle().await;
    raw
}

fn export(sandbox: &Sandbox) -> Vec<u8> {
    let options = sandbox.world.options();
    let request = functions::auth::ExportLoginToken {
        api_id: options.api_id,
        api_hash: options.api_hash.clone(),
        except_ids: Vec::new(),
    };
    request.to_bytes()
}

fn answers(received: &[Received], msg_id: i64) -> bool {
    let result = [&0xf35c_6d01_u32.to_le_bytes()[..], &msg_id.to_le_bytes()].concat();
    received
        .iter()
        .any(|(_, _, body)| body.starts_with(&result))
}

#[tokio::test]
async fn a_late_answer_is_overtaken_by_others() {
    let sandbox = Sandbox::start().await;
    let mut raw = raw(&sandbox).await;
    let harm = late(Duration::from_secs(2));
    sandbox
        .world
        .faults()
        .add_answer(fault("help.getConfig", harm));
    let (slow, quick) = (fresh_id(), fresh_id() + 4);
    let config = functions::help::GetConfig {}.to_bytes();
    raw.send(slow, 3, &config).await;
    raw.send(quick, 5, &functions::help::GetNearestDc {}.to_bytes())
        .await;
    assert!(answers(&raw.receive().await.unwrap(), quick));
    assert!(answers(&raw.receive().await.unwrap(), slow));
    assert!(sandbox.world.faults().answers().is_empty());
}

#[tokio::test]
async fn what_is_answered_late_was_carried_out_at_once() {
    let sandbox = Sandbox::start().await;
    let mut raw = raw(&sandbox).await;
    let hour = late(Duration::from_secs(3600));
    let fault = fault("auth.exportLoginToken", hour);
    sandbox.world.faults().add_answer(fault);
    let before = sandbox.world.tokens().list().len();
    raw.send(fresh_id(), 3, &export(&sandbox)).await;
    let carried_out = async {
        while sandbox.world.tokens().list().len() == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, carried_out).await.unwrap();
}

#[tokio::test]
async fn all_answers_of_a_data_centre_are_late_until_that_is_lifted() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let delay = Duration::from_millis(200);
    let set = |dc| {
        let fault = NewAnswerFault {
            times: None,
            dc: Some(dc),
            ..fault("*", late(delay))
        };
        sandbox.world.faults().add_answer(fault)
    };
    let (here, _elsewhere) = (set(1), set(2));
    let began = Instant::now();
    client.me().await.unwrap();
    client.me().await.unwrap();
    assert!(began.elapsed() >= 2 * delay);
    assert!(sandbox.world.faults().remove(here.id));
    assert_eq!(sandbox.world.faults().answers().len(), 1);
    client.me().await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_leaves_the_connection_as_it_was() {
    let sandbox = Sandbox::start().await;
    let mut raw = raw(&sandbox).await;
    let before = sandbox.world.tokens().list().len();
    let fault = fault("auth.exportLoginToken", AnswerHarm::Lost);
    sandbox.world.faults().add_answer(fault);
    let lost = fresh_id();
    raw.send(lost, 3, &export(&sandbox)).await;
    raw.send(fresh_id(), 5, &ping(9)).await;
    let received = raw.receive().await.unwrap();
    assert!(has(&received, types::Pong::CONSTRUCTOR_ID));
    assert!(!answers(&received, lost));
    assert_eq!(sandbox.world.tokens().list().len(), before + 1);
    // Who asks again is answered.
    let again = fresh_id();
    raw.send(again, 7, &export(&sandbox)).await;
    assert!(answers(&raw.receive().await.unwrap(), again));
}

#[tokio::test]
async fn a_cut_answer_takes_the_connection_with_it() {
    let sandbox = Sandbox::start().await;
    let mut raw = raw(&sandbox).await;
    let before = sandbox.world.tokens().list().len();
    sandbox
        .world
        .faults()
        .lose_answers("auth.exportLoginToken", 1);
    raw.send(fresh_id(), 3, &export(&sandbox)).await;
    assert!(raw.receive().await.is_none());
    assert_eq!(sandbox.world.tokens().list().len(), before + 1);
}

#[tokio::test]
async fn a_fault_for_a_person_strikes_the_call_that_logs_them_in() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let fault = NewAnswerFault {
        person: Some(ann.id),
        ..fault("auth.exportLoginToken", AnswerHarm::Cut)
    };
    sandbox.world.faults().add_answer(fault);
    sandbox.logged_in(&ben).await;
    let client = sandbox.client();
    let token = client.export().await.unwrap();
    let link = crate::harness::link(&token);
    sandbox.world.scan(ann.id, &link).unwrap();
    client.export_anyhow().await.unwrap_err();
    // She is logged in all the same.
    client.me().await.unwrap();
}
