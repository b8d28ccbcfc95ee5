//! Whether Telegram's data centres answer: an account is where it lives, and no
//! other one can be asked instead.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{DataCentre, Ports};

pub(super) const CHECK: Check = Check::new("data_centres", Group::Telegram, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Silent = "silent",
    NotTried = "not_tried",
}

const ABOUT: &str = "data centres";

async fn look(ports: &Ports) -> Vec<Finding> {
    match &ports.data_centres {
        Some(centres) => verdict(centres.try_out().await),
        None => Vec::new(),
    }
}

fn verdict(tried: Result<Vec<DataCentre>, String>) -> Vec<Finding> {
    let centres = match tried {
        Ok(centres) => centres,
        Err(error) => {
            return vec![Finding::warning(
                ABOUT,
                Why::NotTried,
                format!("it is not known where they are: {error}"),
                "is TELEGRAM_SANDBOX right?",
            )];
        }
    };
    let silent: Vec<_> = centres
        .iter()
        .filter_map(|centre| Some((centre.id, centre.silent.as_deref()?)))
        .collect();
    if silent.is_empty() {
        return vec![Finding::good(ABOUT, format!("all {} answer", centres.len()))];
    }
    let findings = silent.into_iter().map(|(id, why)| {
        Finding::warning(
            ABOUT,
            Why::Silent,
            format!("data centre {id} does not answer ({why}): accounts that live there wait"),
            "does this machine reach Telegram's data centres (port 443)? A running node \
             leaves it alone and tries again by itself, at least once a minute; its /readyz \
             says until when",
        )
    });
    findings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    fn centre(id: i32, silent: Option<&str>) -> DataCentre {
        let silent = silent.map(str::to_owned);
        DataCentre { id, silent }
    }

    #[test]
    fn each_that_does_not_answer_is_named() {
        let tried = vec![
            centre(1, None),
            centre(2, Some("no answer in time")),
            centre(4, Some("refused")),
        ];
        let findings = verdict(Ok(tried));
        let says: Vec<_> = findings.iter().map(|it| it.says.as_str()).collect();
        assert_eq!(says.len(), 2, "{says:?}");
        assert!(says[0].contains("data centre 2") && says[1].contains("data centre 4"));
        assert!(findings.iter().all(|it| it.verdict == Verdict::Warning));
    }

    #[test]
    fn all_that_answer_are_good_in_one_word() {
        let findings = verdict(Ok(vec![centre(1, None), centre(2, None)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].verdict, Verdict::Good);
        let unknown = verdict(Err("no sandbox".to_owned()));
        assert_eq!(unknown[0].verdict, Verdict::Warning);
    }
}
