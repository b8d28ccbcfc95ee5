//! Keys, backups and retention: how sessions are kept.

use std::time::Duration;

use chrono::TimeDelta;
use rstest::rstest;
use secrecy::ExposeSecret;
use sesame_domain::keys::Provider;
use sesame_domain::retention::RetentionPolicy;

use super::{layers, map};
use crate::config::origin::Origin;
use crate::config::{CustodySettings, Layers, Overview, Settings};

const SECRET: &str = "Zq3vR8sT1uW6xY0aB5cD9eF2gH7jK4mN";
const OLDER: &str = "older-secret-0123456789-abcdefghijk";
const OLDEST: &str = "oldest-secret-0123456789-abcdefghij";
const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALIAS: (&str, &str) = ("KMS_KEY", "alias/sesame");
const REGION: (&str, &str) = ("KMS_REGION", "eu-central-1");
const BUCKET: (&str, &str) = ("BACKUP_TO", "s3://bucket/prefix");

fn load(changes: &[(&str, &str)]) -> Settings {
    Settings::load(&layers(changes)).unwrap()
}

/// Loads what must be refused because of this setting; gives what is said.
fn refused(name: &str, changes: &[(&str, &str)]) -> String {
    let problems = Settings::load(&layers(changes)).unwrap_err();
    assert!(problems.name(name), "{problems}");
    problems.to_string()
}

#[test]
fn by_default_keys_are_in_a_file_and_stay_until_told_otherwise() {
    let custody = load(&[]).custody;
    assert_eq!(custody.key_provider, Provider::File);
    assert!(custody.key_secret.is_none());
    assert!(custody.key_secret_former.is_none());
    assert_eq!(custody.max_age(), None);
    assert!(custody.kms.is_none());
}

#[test]
fn by_default_nothing_is_backed_up_and_only_dead_sessions_are_not_kept_for_ever() {
    let settings = load(&[]);
    assert_eq!(settings.backup.backup_to, None);
    assert_eq!(settings.backup.every(), TimeDelta::hours(6));
    assert_eq!(settings.backup.rehearse_every(), TimeDelta::hours(24));
    assert_eq!(settings.backup.backup_keep_last, 10);
    assert_eq!(settings.backup.keep_for(), TimeDelta::days(30));
    let policy = RetentionPolicy {
        unused: None,
        max_age: None,
        dead: Some(TimeDelta::days(30)),
    };
    assert_eq!(settings.retention.policy(), policy);
    assert_eq!(settings.retention.audit(), None);
}

#[test]
fn a_secret_can_stand_for_the_key_file() {
    let former = format!(" {OLDER}  {OLDEST} ");
    let custody = load(&[
        ("KEY_PROVIDER", "secret"),
        ("KEY_SECRET", SECRET),
        ("KEY_SECRET_FORMER", &former),
        ("KEY_MAX_AGE_DAYS", "90"),
    ])
    .custody;
    assert_eq!(custody.key_provider, Provider::Secret);
    assert_eq!(custody.key_secret.unwrap().expose_secret(), SECRET);
    let former = custody.key_secret_former.unwrap().0;
    let former: Vec<_> = former.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(former, [OLDER, OLDEST]);
}

#[test]
fn zero_days_are_for_ever() {
    let settings = load(&[
        ("KEY_MAX_AGE_DAYS", "0"),
        ("RETAIN_UNUSED_DAYS", "0"),
        ("RETAIN_MAX_AGE_DAYS", "0"),
        ("RETAIN_DEAD_DAYS", "0"),
        ("AUDIT_KEEP_DAYS", "0"),
    ]);
    assert_eq!(settings.custody.max_age(), None);
    assert_eq!(settings.retention.policy(), RetentionPolicy::default());
    assert_eq!(settings.retention.audit(), None);
}

#[test]
fn days_are_days() {
    let settings = load(&[
        ("KEY_MAX_AGE_DAYS", "90"),
        ("RETAIN_UNUSED_DAYS", "180"),
        ("RETAIN_MAX_AGE_DAYS", "365"),
        ("RETAIN_DEAD_DAYS", "7"),
        ("AUDIT_KEEP_DAYS", "730"),
    ]);
    let policy = RetentionPolicy {
        unused: Some(TimeDelta::days(180)),
        max_age: Some(TimeDelta::days(365)),
        dead: Some(TimeDelta::days(7)),
    };
    assert_eq!(settings.custody.max_age(), Some(TimeDelta::days(90)));
    assert_eq!(settings.retention.policy(), policy);
    assert_eq!(settings.retention.audit(), Some(TimeDelta::days(730)));
}

#[rstest]
#[case("KEY_PROVIDER", "vault")]
#[case("KEY_SECRET", "short")]
#[case("KEY_SECRET", "with spaces 0123456789 abcdefghijk")]
#[case("KEY_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
#[case("KEY_MAX_AGE_DAYS", "-1")]
#[case("KEY_MAX_AGE_DAYS", "36501")]
#[case("KEY_MAX_AGE_DAYS", "a quarter")]
#[case("BACKUP_TO", "backups")]
#[case("BACKUP_TO", "s3:bucket")]
#[case("BACKUP_TO", "s3:///prefix")]
#[case("BACKUP_TO", "s3://bucket/prefix?versionId=1")]
#[case("BACKUP_TO", "gs://bucket")]
#[case("BACKUP_TO", "s3://bucket/a//b")]
#[case("BACKUP_S3_SESSION_TOKEN", "of no key")]
#[case("EXPORT_TO", "exports")]
#[case("EXPORT_TO", "gs://bucket")]
#[case("EXPORT_TO", "s3://bucket/prefix?versionId=1")]
#[case("EXPORT_S3_SESSION_TOKEN", "of no key")]
#[case("BACKUP_EVERY_HOURS", "0")]
#[case("BACKUP_EVERY_HOURS", "8761")]
#[case("BACKUP_KEEP_LAST", "0")]
#[case("BACKUP_KEEP_DAYS", "0")]
#[case("BACKUP_REHEARSE_EVERY_HOURS", "0")]
#[case("RETAIN_UNUSED_DAYS", "36501")]
#[case("RETAIN_MAX_AGE_DAYS", "1.5")]
#[case("RETAIN_DEAD_DAYS", "never")]
#[case("AUDIT_KEEP_DAYS", "4294967296")]
#[case("TENANT", "instance")]
fn a_value_that_does_not_fit_is_refused_by_name(#[case] name: &str, #[case] value: &str) {
    refused(name, &[(name, value)]);
}

#[rstest]
#[case("KMS_KEY", "alias/")]
#[case("KMS_KEY", "two words")]
#[case("KMS_KEY", "arn:aws:s3:eu-central-1:111122223333:key/1234abcd")]
#[case("KMS_KEY", "arn:aws:kms:eu-central-1:111122223333:grant/1234abcd")]
#[case("KMS_REGION", "Frankfurt am Main")]
#[case("KMS_ENDPOINT", "kms.example.org")]
#[case("KMS_ENDPOINT", "https://me:word@kms.example.org")]
#[case("KMS_ENDPOINT", "http://kms.example.org")]
#[case("KMS_TIMEOUT_SECONDS", "0")]
#[case("KMS_TIMEOUT_SECONDS", "61")]
#[case("KMS_CACHE_SECONDS", "3601")]
fn what_does_not_fit_kms_is_refused_by_name(#[case] name: &str, #[case] value: &str) {
    refused(name, &[ALIAS, REGION, (name, value)]);
}

#[rstest]
#[case("BACKUP_S3_ENDPOINT", "ftp://127.0.0.1")]
#[case("BACKUP_S3_ENDPOINT", "https://me:word@s3.example.org")]
#[case("BACKUP_S3_REGION", "eu_central")]
#[case("BACKUP_TO", "s3://me:word@bucket/prefix")]
fn what_does_not_fit_s3_is_refused_by_name(#[case] name: &str, #[case] value: &str) {
    let said = refused(name, &[BUCKET, (name, value)]);
    assert!(!said.contains("word@"), "{said}");
}

#[test]
fn the_chosen_provider_must_have_what_it_needs() {
    let secret = refused("KEY_SECRET", &[("KEY_PROVIDER", "secret")]);
    assert!(secret.contains("KEY_PROVIDER is secret"), "{secret}");
    let kms = refused("KMS_KEY", &[("KEY_PROVIDER", "aws_kms")]);
    assert!(kms.contains("KEY_PROVIDER is aws_kms"), "{kms}");
    refused("KMS_REGION", &[("KEY_PROVIDER", "aws_kms"), ALIAS]);
}

#[rstest]
#[case("file")]
#[case("secret")]
#[case("aws_kms")]
fn to_change_the_provider_all_of_them_can_be_set_up(#[case] provider: &str) {
    let settings = load(&[
        ("KEY_PROVIDER", provider),
        ("KEY_FILE", "/srv/keys.json"),
        ("KEY_SECRET", SECRET),
        ALIAS,
        REGION,
    ]);
    assert_eq!(settings.custody.key_provider.as_str(), provider);
    assert!(settings.custody.key_secret.is_some());
    assert!(settings.custody.kms.is_some());
}

#[test]
fn a_former_secret_is_another_one_and_follows_a_present_one() {
    let present = ("KEY_SECRET", SECRET);
    let twice = format!("{OLDER} {OLDER}");
    for former in [SECRET, &twice, "short"] {
        let said = refused(
            "KEY_SECRET_FORMER",
            &[present, ("KEY_SECRET_FORMER", former)],
        );
        assert!(!said.contains(SECRET) && !said.contains(OLDER), "{said}");
    }
    refused("KEY_SECRET", &[("KEY_SECRET_FORMER", OLDER)]);
}

#[test]
fn kms_is_reached_as_the_settings_say() {
    let kms = load(&[
        ("KEY_PROVIDER", "aws_kms"),
        ALIAS,
        REGION,
        ("KMS_ENDPOINT", "http://127.0.0.1:4566"),
        ("KMS_TIMEOUT_SECONDS", "5"),
        ("KMS_CACHE_SECONDS", "0"),
    ])
    .custody
    .kms
    .unwrap();
    assert_eq!(kms.key, "alias/sesame");
    assert_eq!(kms.region, "eu-central-1");
    assert_eq!(kms.endpoint.unwrap().port(), Some(4566));
    assert_eq!(kms.call_timeout, Duration::from_secs(5));
    assert_eq!(kms.cache_ttl, Duration::ZERO);
    // The usual chain finds them.
    assert!(kms.access_key_id.is_none() && kms.secret_access_key.is_none());
}

#[rstest]
#[case::id("1234abcd-12ab-34cd-56ef-1234567890ab")]
#[case::many_regions("mrk-1234abcd12ab34cd56ef1234567890ab")]
#[case::alias("alias/team/sesame_2")]
#[case::arn(ARN)]
#[case::alias_arn("arn:aws-cn:kms:eu-central-1:111122223333:alias/sesame")]
fn a_key_of_kms_has_many_names(#[case] name: &str) {
    let kms = load(&[("KMS_KEY", name), REGION]).custody.kms.unwrap();
    assert_eq!(kms.key, name);
}

#[test]
fn an_arn_brings_its_region_and_no_other_fits() {
    let key = ("KMS_KEY", ARN);
    let kms = load(&[key]).custody.kms.unwrap();
    assert_eq!(kms.region, "eu-central-1");

    let overview = Overview::load(&layers(&[key]));
    let mut effective = overview.effective.iter();
    let region = effective.find(|it| it.name == "KMS_REGION").unwrap();
    assert_eq!(region.value.as_deref(), Some("eu-central-1"));
    assert_eq!(region.origin, Origin::Default);

    let said = refused("KMS_REGION", &[key, ("KMS_REGION", "us-east-1")]);
    assert!(said.contains("ARN"), "{said}");
}

#[rstest]
#[case(REGION)]
#[case(("KMS_ENDPOINT", "https://kms.example.org"))]
fn settings_of_kms_without_a_key_are_a_mistake(#[case] setting: (&str, &str)) {
    refused("KMS_KEY", &[setting]);
}

#[rstest]
#[case("/srv/backups")]
#[case("file:///srv/backups")]
#[case("s3://bucket")]
#[case("s3://bucket/some/prefix")]
fn backups_have_many_places(#[case] place: &str) {
    let backup = load(&[("BACKUP_TO", place)]).backup;
    assert_eq!(backup.backup_to.as_deref(), Some(place));
}

#[test]
fn a_bucket_is_reached_as_the_settings_say() {
    let backup = load(&[
        BUCKET,
        ("BACKUP_S3_ENDPOINT", "http://127.0.0.1:9000"),
        ("BACKUP_S3_REGION", "eu-central-1"),
        ("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("BACKUP_S3_SECRET_ACCESS_KEY", "bucket-secret"),
        ("BACKUP_EVERY_HOURS", "1"),
        ("BACKUP_KEEP_LAST", "3"),
        ("BACKUP_KEEP_DAYS", "14"),
        ("BACKUP_REHEARSE_EVERY_HOURS", "168"),
    ])
    .backup;
    assert_eq!(
        backup.backup_s3_endpoint.as_ref().unwrap().port(),
        Some(9000)
    );
    assert_eq!(backup.backup_s3_region.as_deref(), Some("eu-central-1"));
    let id = backup.backup_s3_access_key_id.as_deref();
    assert_eq!(id, Some("AKIDEXAMPLE"));
    let secret = backup.backup_s3_secret_access_key.as_ref().unwrap();
    assert_eq!(secret.expose_secret(), "bucket-secret");
    assert_eq!(backup.every(), TimeDelta::hours(1));
    assert_eq!(backup.backup_keep_last, 3);
    assert_eq!(backup.keep_for(), TimeDelta::days(14));
    assert_eq!(backup.rehearse_every(), TimeDelta::days(7));
}

#[test]
fn people_are_told_how_long_backups_keep_what_they_erased() {
    let kept = |every, last, days| {
        let schedule = [
            BUCKET,
            ("BACKUP_EVERY_HOURS", every),
            ("BACKUP_KEEP_LAST", last),
            ("BACKUP_KEEP_DAYS", days),
        ];
        load(&schedule).backup.kept()
    };
    assert_eq!(kept("6", "10", "30"), Some(TimeDelta::days(30)));
    // The newest ones are kept however old.
    assert_eq!(kept("24", "10", "3"), Some(TimeDelta::days(10)));
    assert!(kept("8760", "100000", "36500").is_some());
    assert_eq!(load(&[]).backup.kept(), None);
}

#[test]
fn custody_is_told_all_of_it() {
    let settings = load(&[
        ("KEY_PROVIDER", "secret"),
        ("KEY_FILE", "/srv/keys.json"),
        ("KEY_SECRET", SECRET),
        ("KEY_SECRET_FORMER", OLDER),
        ALIAS,
        REGION,
    ]);
    let custody_settings = settings.custody.settings();
    assert_eq!(custody_settings.provider, Provider::Secret);
    assert_eq!(custody_settings.key_file.to_str(), Some("/srv/keys.json"));
    assert_eq!(custody_settings.secret.unwrap().expose_secret(), SECRET);
    // The present one in quotation marks was another one, once.
    let former: Vec<_> = custody_settings
        .former_secrets
        .iter()
        .map(ExposeSecret::expose_secret)
        .collect();
    let quoted = [format!("\"{SECRET}\""), format!("'{SECRET}'")];
    assert_eq!(former, [OLDER, &quoted[0], &quoted[1]]);
    assert_eq!(custody_settings.kms.unwrap().key, ALIAS.1);
}

#[test]
fn a_bucket_for_exports_is_reached_as_its_own_settings_say() {
    let exports = load(&[
        ("EXPORT_TO", "s3://copies/sesame"),
        ("EXPORT_S3_ENDPOINT", "http://127.0.0.1:9000"),
        ("EXPORT_S3_REGION", "eu-central-1"),
        ("EXPORT_S3_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("EXPORT_S3_SECRET_ACCESS_KEY", "bucket-secret"),
    ])
    .exports;
    assert_eq!(exports.export_to.as_deref(), Some("s3://copies/sesame"));
    let s3 = exports.s3();
    let endpoint = s3.endpoint.as_deref();
    assert_eq!(endpoint, Some("http://127.0.0.1:9000/"));
    assert_eq!(s3.region.as_deref(), Some("eu-central-1"));
    assert_eq!(s3.access_key_id.as_deref(), Some("AKIDEXAMPLE"));
    let secret = s3.secret_access_key.unwrap();
    assert_eq!(secret.expose_secret(), "bucket-secret");
    assert!(s3.allow_http && s3.path_style);
    // Those of backups are for backups.
    let said = refused(
        "EXPORT_S3_SECRET_ACCESS_KEY",
        &[
            ("EXPORT_TO", "s3://copies/sesame"),
            ("EXPORT_S3_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ],
    );
    assert!(said.contains("is not set"), "{said}");
}

#[rstest]
#[case("EXPORT_S3_ENDPOINT", "https://s3.example.org")]
#[case("EXPORT_S3_REGION", "eu-central-1")]
#[case("EXPORT_S3_ACCESS_KEY_ID", "AKIDEXAMPLE")]
#[case("EXPORT_S3_SECRET_ACCESS_KEY", "bucket-secret")]
fn settings_of_s3_for_exports_are_for_a_bucket(#[case] name: &str, #[case] value: &str) {
    for to in ["", "/srv/exports"] {
        let said = refused(name, &[("EXPORT_TO", to), (name, value)]);
        assert!(said.contains("EXPORT_TO is not s3://"), "{said}");
        assert!(!said.contains("bucket-secret"), "{said}");
    }
}

#[rstest]
#[case("BACKUP_S3_ENDPOINT", "https://s3.example.org")]
#[case("BACKUP_S3_REGION", "eu-central-1")]
#[case("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE")]
#[case("BACKUP_S3_SECRET_ACCESS_KEY", "bucket-secret")]
fn settings_of_s3_are_for_a_bucket(#[case] name: &str, #[case] value: &str) {
    for to in ["", "/srv/backups"] {
        let said = refused(name, &[("BACKUP_TO", to), (name, value)]);
        assert!(said.contains("BACKUP_TO is not s3://"), "{said}");
        assert!(!said.contains("bucket-secret"), "{said}");
    }
}

#[test]
fn an_access_key_and_its_secret_belong_together() {
    let id = ("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE");
    refused("BACKUP_S3_SECRET_ACCESS_KEY", &[BUCKET, id]);
    let secret = ("BACKUP_S3_SECRET_ACCESS_KEY", "bucket-secret");
    refused("BACKUP_S3_ACCESS_KEY_ID", &[BUCKET, secret]);
}

#[test]
fn all_that_is_wrong_is_listed_at_once() {
    let wrong = [
        ("KEY_PROVIDER", "vault"),
        ("KEY_SECRET", "short"),
        ("KMS_TIMEOUT_SECONDS", "0"),
        ("BACKUP_TO", "gs://bucket"),
        ("BACKUP_EVERY_HOURS", "soon"),
        ("RETAIN_DEAD_DAYS", "-1"),
        ("AUDIT_KEEP_DAYS", "36501"),
    ];
    let text = Settings::load(&layers(&wrong)).unwrap_err().to_string();
    for (name, _) in wrong {
        let start = format!("{name} ");
        let lines = text
            .lines()
            .filter(|it| it.trim_start().starts_with(&start));
        assert_eq!(lines.count(), 1, "{name} in:\n{text}");
    }
}

#[test]
fn keys_and_backups_can_be_worked_on_without_a_bot() {
    let environment = map(&[("DATA_DIR", "/srv/sesame"), BUCKET]);
    let layers = Layers {
        environment,
        ..Layers::default()
    };
    let settings = CustodySettings::load(&layers).unwrap();
    assert_eq!(
        settings.custody.key_file,
        settings.storage.data_dir.join("keys.json")
    );
    assert_eq!(settings.backup.backup_to.as_deref(), Some(BUCKET.1));
    assert_eq!(settings.logs.log_keep, 14);

    let layers = Layers {
        environment: map(&[("KEY_PROVIDER", "secret"), ("LOG_KEEP", "0")]),
        ..Layers::default()
    };
    let problems = CustodySettings::load(&layers).unwrap_err();
    assert!(
        problems.name("KEY_SECRET") && problems.name("LOG_KEEP"),
        "{problems}"
    );
}

#[test]
fn no_secret_is_shown() {
    let layers = layers(&[
        ("KEY_SECRET", SECRET),
        ("KEY_SECRET_FORMER", OLDER),
        BUCKET,
        ("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("BACKUP_S3_SECRET_ACCESS_KEY", "bucket-secret"),
    ]);
    let overview = Overview::load(&layers);
    let text = format!(
        "{layers:?} {overview:?} {:?}",
        Settings::load(&layers).unwrap()
    );
    for secret in [SECRET, OLDER, "bucket-secret"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("AKIDEXAMPLE"), "{text}");
}
