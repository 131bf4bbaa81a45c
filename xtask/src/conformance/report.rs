//! What came of a run, and how it is shown. Pure.

use super::cases::OperationCases;
use super::compare::{Record, RequestDifference, compare};
use super::faults::KnownFault;
use api_diff::escape;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// Differences of one kind are shown by one of them.
const SHOWN: usize = 120;

/// What came of a run.
#[derive(Debug, Default)]
pub struct RunVerdict {
    /// The SDK's version.
    pub version: String,
    operations: usize,
    calls: usize,
    refused_on_both: usize,
    differing: usize,
    /// By the fault's place in the list.
    known: BTreeMap<usize, DifferenceGroup>,
    /// By operation and part.
    unexplained: BTreeMap<(String, String), DifferenceGroup>,
    /// Faults of this version that explained nothing.
    idle: Vec<&'static str>,
    faults: Vec<KnownFault>,
}

/// Differences of one kind.
#[derive(Debug, Default)]
struct DifferenceGroup {
    differences: usize,
    operations: BTreeSet<String>,
    /// The first one.
    example: Option<(String, RequestDifference)>,
}

impl DifferenceGroup {
    fn add(&mut self, operation: &str, set: &str, difference: RequestDifference) {
        self.differences += 1;
        self.operations.insert(operation.to_owned());
        self.example
            .get_or_insert_with(|| (format!("{operation} with {set}"), difference));
    }
}

impl RunVerdict {
    /// Compares both sides of every call.
    pub fn new(
        cases: &[OperationCases<'_>],
        record: &Record,
        faults: Vec<KnownFault>,
        version: &str,
    ) -> Self {
        let mut verdict = Self {
            version: version.to_owned(),
            operations: cases.len(),
            ..Self::default()
        };
        for case in cases {
            for set in &case.sets {
                let (here, there) = (
                    record.outcome("client", verdict.calls),
                    record.outcome("sdk", verdict.calls),
                );
                verdict.calls += 1;
                let differences = compare(case.operation, &here, &there);
                if !differences.is_empty() {
                    verdict.differing += 1;
                } else if here.is_refused() {
                    verdict.refused_on_both += 1;
                }
                for difference in differences {
                    let explains = |fault: &KnownFault| {
                        fault.versions.iter().any(|of| of == version)
                            && fault.rule.explains(case.operation, &set.args, &difference)
                    };
                    let group = if let Some(fault) = faults.iter().position(explains) {
                        verdict.known.entry(fault).or_default()
                    } else {
                        let key = (case.id.to_owned(), difference.part.to_string());
                        verdict.unexplained.entry(key).or_default()
                    };
                    group.add(case.id, &set.name, difference);
                }
            }
        }
        verdict.idle = idle(&faults, &verdict.known, version);
        verdict.faults = faults;
        verdict
    }

    /// Whether every difference is explained.
    pub fn is_fine(&self) -> bool {
        self.unexplained.is_empty()
    }
}

fn idle(
    faults: &[KnownFault],
    known: &BTreeMap<usize, DifferenceGroup>,
    version: &str,
) -> Vec<&'static str> {
    let faults = faults.iter().enumerate();
    faults
        .filter(|(index, fault)| {
            fault.versions.iter().any(|of| of == version) && !known.contains_key(index)
        })
        .map(|(_, fault)| fault.rule.word())
        .collect()
}

impl fmt::Display for RunVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((operation, part), group) in &self.unexplained {
            writeln!(
                f,
                "unexplained: {operation}, {part}, {} differences",
                group.differences
            )?;
            write_example(f, group)?;
        }
        let mut words = self.known.iter().collect::<Vec<_>>();
        words.sort_by_key(|(index, _)| self.faults[**index].rule.word());
        for (index, group) in words {
            let fault = &self.faults[*index];
            writeln!(
                f,
                "known: {}, {} differences in {} operations: {}",
                fault.rule.word(),
                group.differences,
                group.operations.len(),
                escape::one_line(&fault.because),
            )?;
            write_example(f, group)?;
        }
        for word in &self.idle {
            writeln!(f, "note: {word} of faults.yaml explained nothing here")?;
        }
        let unexplained: usize = self
            .unexplained
            .values()
            .map(|group| group.differences)
            .sum();
        write!(
            f,
            "SDK {}: {} operations, {} calls on both sides: {} the same ({} of them refused by \
             both), {} differ; {unexplained} differences unexplained",
            self.version,
            self.operations,
            self.calls,
            self.calls - self.differing,
            self.refused_on_both,
            self.differing,
        )
    }
}

fn write_example(f: &mut fmt::Formatter<'_>, group: &DifferenceGroup) -> fmt::Result {
    let Some((call, difference)) = &group.example else {
        return Ok(());
    };
    writeln!(f, "  {call}, {}", difference.part)?;
    writeln!(f, "    here:  {}", shown(difference.here.as_deref()))?;
    writeln!(f, "    there: {}", shown(difference.there.as_deref()))
}

/// One line, cut where it is long; characters that a terminal would obey are escaped.
fn shown(side: Option<&str>) -> String {
    let text = match side {
        None => return "(nothing)".to_owned(),
        Some("") => return "(empty)".to_owned(),
        Some(text) => text,
    };
    let text = escape::value(text);
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN {
            write!(out, "… ({} bytes)", text.len()).expect("a String takes every text");
            break;
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::cases::{ArgumentSet, Examples, cases};
    use super::super::compare::RecordedRequest;
    use super::*;
    use serde_json::json;
    use spec::Api;

    const IR: &str = "format: 1\napi: AApi\nbase_url: https://x\noperations:\n- id: getX\n  method: GET\n  \
        path: /x\n  parameters:\n  - { name: count, in: query, type: number }\n  returns: void\n";
    const FAULTS: &str = "\
        - { rule: falsy-is-empty, versions: ['1'], because: of truth }\n\
        - { rule: dot-segment-is-sent, versions: ['1'], because: of dots }\n\
        - { rule: number-has-exponent, versions: ['2'], because: of exponents }\n";

    /// The verdict on calls of `getX`, each with its count and what the SDK sent for it.
    fn verdict(calls: &[(serde_json::Value, Option<&str>)]) -> RunVerdict {
        let api = Api {
            pages: vec![spec::yaml::parse_page(IR).expect("an IR")],
            ..Api::default()
        };
        let mut cases = cases(&api, &Examples::new());
        cases[0].sets.clear();
        let mut record = Record::default();
        let request = |count: &str| RecordedRequest {
            method: "GET".to_owned(),
            target: format!("/x?count={count}"),
            headers: Vec::new(),
            body: String::new(),
        };
        for (number, (count, there)) in calls.iter().enumerate() {
            cases[0].sets.push(ArgumentSet {
                name: format!("set {number}"),
                args: [("count".to_owned(), count.clone())].into_iter().collect(),
            });
            let key = format!("sdk:{number}");
            match there {
                Some(there) => drop(record.requests.insert(key, vec![request(there)])),
                None => drop(record.refused.insert(key, "no\tthanks".to_owned())),
            }
            let key = format!("client:{number}");
            match count {
                serde_json::Value::Null => drop(record.refused.insert(key, "no".to_owned())),
                count => drop(
                    record
                        .requests
                        .insert(key, vec![request(&count.to_string())]),
                ),
            }
        }
        let faults = spec::yaml::parse(FAULTS).expect("a list of faults");
        RunVerdict::new(&cases, &record, faults, "1")
    }

    #[test]
    fn everything_explained() {
        let verdict = verdict(&[
            (json!(7), Some("7")),
            (json!(0), Some("")),
            (json!(null), None),
        ]);
        assert!(verdict.is_fine());
        insta::assert_snapshot!(verdict);
    }

    #[test]
    fn something_unexplained() {
        let long = "7".repeat(500);
        let verdict = verdict(&[
            (json!(7), Some(&long)),
            (json!(8), Some("9")),
            (json!(1e21), Some("1e%2B21")),
            (json!(1), None),
        ]);
        assert!(!verdict.is_fine());
        insta::assert_snapshot!(verdict);
    }
}
