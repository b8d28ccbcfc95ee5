//! `sesame import telethon`: sessions of a system that uses Telethon.

use futures::StreamExt as _;
use secrecy::SecretString;
use sesame_domain::audit::Actor;
use sesame_domain::ids::TenantId;
use sesame_sessions::import_source::Entry;
use sesame_sessions::{FernetKeys, ImportItem, Importer};

use super::files;
use super::open::open;
use super::report::{Report, Row};
use super::source::{NotRead, Source};
use crate::args::TelethonArgs;
use crate::config::{Layers, Settings, operator};
use crate::failure::Failure;
use crate::node::Runtime;
use crate::signals::Signals;
use crate::telemetry;

/// How many sessions are verified at the same time.
const TOGETHER: usize = 4;

/// What is the same for all sessions of an import.
struct ImportOptions {
    tenant: TenantId,
    keys: Option<FernetKeys>,
    dry_run: bool,
    actor: Actor,
}

/// Imports all sessions of a file or table.
pub(super) async fn import(
    layers: &Layers,
    args: TelethonArgs,
    mut signals: Signals,
) -> Result<(), Failure> {
    let settings = Settings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let fernet_key = settings.import.fernet_key.as_ref();
    let options = ImportOptions {
        tenant: args.tenant.clone().unwrap_or(settings.bot.tenant.clone()),
        keys: signals.unless_asked(keys(&args, fernet_key)).await?,
        dry_run: args.dry_run,
        actor: operator(),
    };
    let source = signals.unless_asked(Box::pin(open(&args))).await?;
    let runtime = Box::pin(Runtime::for_command_with_sessions(&settings));
    let runtime = signals.unless_asked(runtime).await?;
    // What could not be sealed is not looked at, nor promised by a dry run.
    runtime.core.custody.sealing().await?;
    let importer = runtime.importer();
    signals.stop_in_order();
    let done = tokio::select! {
        done = run(&importer, &options, source, args.json) => done,
        failure = runtime.lock_lost() => Err(failure),
        asked = signals.asked() => Err(Failure::Stopped {
            asked,
            left: "what is reported above is done; import again for the rest",
        }),
    };
    runtime.close().await;
    done
}

/// The keys to Fernet tokens: from the file that was named, or the setting.
async fn keys(
    args: &TelethonArgs,
    setting: Option<&SecretString>,
) -> Result<Option<FernetKeys>, Failure> {
    let text = match &args.fernet_key_file {
        Some(path) => Some(files::read(path).await?),
        None => setting.cloned(),
    };
    text.map(|text| FernetKeys::parse(&text))
        .transpose()
        .map_err(|error| Failure::Usage(error.to_string()))
}

/// Imports one session after the other, and says what came of each.
async fn run(
    importer: &Importer,
    options: &ImportOptions,
    source: Source,
    json: bool,
) -> Result<(), Failure> {
    let mut report = Report::new(json, source.total)?;
    let mut rows = source
        .entries
        .map(|entry| import_one(importer, options, entry))
        .buffered(TOGETHER);
    while let Some(row) = rows.next().await {
        report.add(&row?)?;
    }
    report.finish(options.dry_run)
}

async fn import_one(
    importer: &Importer,
    options: &ImportOptions,
    entry: Result<Entry, NotRead>,
) -> Result<Row, Failure> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(NotRead::Line(unread)) => return Ok(Row::unread(&unread)),
        Err(NotRead::Rest(failure)) => return Err(failure),
    };
    let tenant = entry.tenant.unwrap_or_else(|| options.tenant.clone());
    let person = entry.person;
    let item = ImportItem {
        person,
        text: entry.session,
        fernet: options.keys.clone(),
    };
    let done = importer.import(tenant, item, options.dry_run, options.actor.clone());
    Ok(Row::of(entry.line, person.map(|it| it.0), done.await))
}
