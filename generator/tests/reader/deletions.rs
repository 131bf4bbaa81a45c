//! The seed page without one of its lines: for each line, whether a finding reports that it is
//! missing, the IR changes, or neither. The last class is listed with reasons.

use crate::seed::{SEED, SEED_PATH};
use crate::source;
use generator::resolve::Handmade;
use generator::{Extracted, extract};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const OVERLAY: &str = include_str!("../fixtures/seed/overlay.yaml");
const MODELS: &str = include_str!("../fixtures/seed/models.yaml");

/// Lines that may be deleted without a finding: how they begin, and why. None of them has a
/// parameter, a permission, a path or a type.
const SILENT: &[(&str, &str)] = &[
    ("{: class=", "kramdown's attributes say how a table looks"),
    ("// ", "a comment of the example, without a value"),
    (
        "const platformClient = require(",
        "how JavaScript loads the SDK",
    ),
    (
        "platformClient.ApiClient.instance.",
        "how JavaScript logs in",
    ),
    (".then((", "what the example does with an answer"),
    ("console.log(", "what the example does with an answer"),
    ("})", "what the example does with an answer"),
    (".catch((", "what the example does with a failure"),
    ("console.error(", "what the example does with a failure"),
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Diagnosed,
    Changed,
    Silent,
}

#[test]
fn no_fact_is_deleted_in_silence() {
    let overlay = spec::yaml::parse_overlay(OVERLAY).expect("the overlay is one");
    let models = spec::yaml::parse_models(MODELS).expect("the models are some");
    let handmade = Handmade {
        overlay: &overlay,
        overlay_text: OVERLAY,
        models: &models,
        models_text: MODELS,
    };
    let read = |text: String| extract(&[source(SEED_PATH, text)], &[], None, &handmade);
    let whole = read(SEED.to_owned());
    let lines: Vec<&str> = SEED.lines().collect();
    let outcomes: Vec<Outcome> = (0..lines.len())
        .into_par_iter()
        .map(|gone| {
            let rest = [&lines[..gone], &lines[gone + 1..]].concat();
            outcome(&whole, &read(rest.join("\n")))
        })
        .collect();
    let mut counts = BTreeMap::new();
    let mut reasons = BTreeMap::new();
    for (line, outcome) in lines.iter().map(|line| line.trim()).zip(outcomes) {
        *counts.entry(outcome).or_insert(0) += 1;
        if outcome == Outcome::Silent {
            *reasons.entry(reason(line)).or_insert(0) += 1;
        }
    }
    insta::assert_snapshot!(describe(&counts, &reasons));
}

fn outcome(whole: &Extracted, rest: &Extracted) -> Outcome {
    let messages = |extracted: &Extracted| -> Vec<String> {
        let found = extracted.diagnostics.iter();
        found.map(|found| found.message.clone()).collect()
    };
    if messages(rest) != messages(whole) {
        Outcome::Diagnosed
    } else if rest.api != whole.api {
        Outcome::Changed
    } else {
        Outcome::Silent
    }
}

/// Why this line may be deleted without a finding.
fn reason(line: &str) -> &'static str {
    if line.is_empty() {
        return "a blank line";
    }
    let known = SILENT.iter().find(|(start, _)| line.starts_with(start));
    known
        .unwrap_or_else(|| panic!("no finding for the deleted line `{line}`"))
        .1
}

fn describe(counts: &BTreeMap<Outcome, usize>, reasons: &BTreeMap<&str, usize>) -> String {
    let mut text = String::new();
    let count = |outcome| counts.get(&outcome).copied().unwrap_or(0);
    for (outcome, what) in [
        (Outcome::Diagnosed, "diagnosed"),
        (Outcome::Changed, "change the IR visibly"),
        (Outcome::Silent, "do neither"),
    ] {
        writeln!(text, "{} {what}", count(outcome)).expect("it is a string");
    }
    for (reason, count) in reasons {
        writeln!(text, "    {count} {reason}").expect("it is a string");
    }
    text
}
