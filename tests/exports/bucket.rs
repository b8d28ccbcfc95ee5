//! Copies in a bucket.

use reqwest::Method;
use serde_json::Value;
use sesame_test_support::http;
use sesame_test_support::moto::Moto;
use sesame_test_support::sesame::Program;

use crate::harbour::{Harbour, SECRET, messages, unpacked};

fn to(bucket: &str, moto: &Moto) -> impl Fn(Program) -> Program {
    move |sesame| {
        sesame
            .set("EXPORT_TO", format!("s3://{bucket}/copies"))
            .set("EXPORT_S3_ENDPOINT", moto.url())
            .set("EXPORT_S3_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .set("EXPORT_S3_SECRET_ACCESS_KEY", "the secret of the key")
    }
}

/// What the doctor says of the place.
async fn diagnosis(harbour: &Harbour) -> Value {
    let doctor = harbour.server.program.instead(["doctor", "--json"]);
    let said = doctor.run().await.unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let mut findings = findings.into_iter();
    findings.find(|it| it["about"] == "exports").unwrap()
}

#[tokio::test]
async fn a_bucket_keeps_copies_and_what_is_wrong_with_it_is_told() {
    let moto = Moto::start().await.unwrap();
    moto.create_bucket("copies-of-chats").await.unwrap();
    let mut harbour = Harbour::set(130, &[700_000], to("copies-of-chats", &moto)).await;
    let looked = diagnosis(&harbour).await;
    assert_eq!(looked["verdict"], "good", "{looked}");
    let (export, job) = harbour.begin().await;
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
    let link = harbour.link(&export).await;
    let fetched = http::client().unwrap().get(&link).send().await.unwrap();
    let files = unpacked(&fetched.bytes().await.unwrap());
    let said = messages(&files);
    assert!(said.iter().any(|message| message["text"] == SECRET));
    let removed = harbour
        .ask(Method::DELETE, &format!("/exports/{export}"), None)
        .await;
    assert_eq!(removed.status, 204, "{removed:?}");

    // One that is not there: the copy waits for someone to make it.
    harbour.server.stop("TERM").await.unwrap();
    let program = harbour.server.program.clone();
    harbour.server.program = to("no-such-bucket", &moto)(program);
    harbour.server.start().await.unwrap();
    let looked = diagnosis(&harbour).await;
    let told = (looked["verdict"].as_str(), looked["reason"].as_str());
    assert_eq!(told, (Some("bad"), Some("gone")), "{looked}");
    let (_, job) = harbour.begin().await;
    let waiting = harbour.once(&job, |job| job["state"] == "waiting").await;
    assert_eq!(waiting["code"], "storage_gone", "{waiting}");
    moto.create_bucket("no-such-bucket").await.unwrap();
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
}
