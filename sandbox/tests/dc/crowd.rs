//! Many clients at once.

use grammers_client::tl::{Serializable as _, functions};

use crate::conversation::{Raw, fresh_id};
use crate::harness::{PATIENCE, Sandbox};

const CROWD: usize = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_wait_for_a_scan_and_leave_nothing_behind() {
    let sandbox = Sandbox::start().await;
    let options = sandbox.world.options();
    let export = functions::InvokeWithLayer {
        layer: 230,
        query: functions::InitConnection {
            api_id: options.api_id,
            device_model: "One of many".to_owned(),
            system_version: "1".to_owned(),
            app_version: "1".to_owned(),
            system_lang_code: "en".to_owned(),
            lang_pack: String::new(),
            lang_code: "en".to_owned(),
            proxy: None,
            params: None,
            query: functions::auth::ExportLoginToken {
                api_id: options.api_id,
                api_hash: options.api_hash.clone(),
                except_ids: Vec::new(),
            },
        },
    };
    let export = export.to_bytes();
    let mut crowd = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        let key = sandbox.dcs.mint_keys().remove(0);
        let mut raw = Raw::connect(&key).await;
        raw.settle().await;
        raw.send(fresh_id(), 3, &export).await;
        assert!(raw.receive().await.is_some());
        crowd.push(raw);
    }
    let now = sandbox.world.clock().now();
    assert_eq!(sandbox.world.tokens().waiting(now), CROWD);
    assert_eq!(sandbox.dcs.stats().connections[0], (1, CROWD));

    drop(crowd);
    let day = std::time::Duration::from_secs(25 * 3600);
    let gone = async {
        while sandbox.dcs.stats().connections[0].1 > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    sandbox.world.clock().advance(day);
    sandbox.world.sweep();
    assert!(sandbox.world.tokens().list().is_empty());
    assert_eq!(sandbox.world.keys().count(), 0);
}
