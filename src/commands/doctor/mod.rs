//! `sesame doctor`: looks for what is wrong, or will be.

mod audit;
mod finding;

use sesame_checks::{Finding, Verdict};

use crate::args::{DoctorArgs, DoctorCommand, Listing};
use crate::config::Layers;
use crate::diagnostics::Gathered;
use crate::failure::Failure;
use crate::terminal;

use finding::Row;

/// Looks at everything, or at the audit closely.
pub(crate) async fn doctor(layers: &Layers, args: DoctorArgs) -> Result<(), Failure> {
    match args.what {
        None => Box::pin(everything(layers, &args.listing)).await,
        Some(DoctorCommand::Audit(listing)) => audit::verify(layers, &listing).await,
    }
}

async fn everything(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
    let gathered = Box::pin(Gathered::of(layers)).await?;
    let findings = sesame_checks::all(&gathered.ports).await;
    gathered.close().await;
    tell(&findings, listing)
}

fn tell(findings: &[Finding], listing: &Listing) -> Result<(), Failure> {
    if listing.json {
        let rows: Vec<Row<'_>> = findings.iter().map(Row::from).collect();
        terminal::say_json(&rows)?;
    } else {
        terminal::say_as_it_is(&finding::in_words(findings))?;
    }
    let bad = findings.iter().filter(|it| it.verdict == Verdict::Bad);
    match bad.count() {
        0 => Ok(()),
        count => Err(Failure::Unwell(count)),
    }
}
