//! Random damage to the seed page, through the whole pipeline: never a panic, and whatever is
//! rendered without an error in the docs is Rust.
//!
//! Damage is light here, so that many pages are still free of errors; the reader's own tests damage
//! heavily.

use generator::diagnostic::Severity;
use generator::resolve::Handmade;
use generator::source::SourceFile;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use spec::{Models, Overlay, yaml};
use std::cell::Cell;
use std::path::Path;
use xtask::build;

const PAGE: &str = "docs/OrganizationAuthorizationApi.md";
const SEED: &str =
    include_str!("../../generator/tests/fixtures/seed/docs/OrganizationAuthorizationApi.md");
const CLIENT: &str = include_str!("../../generator/tests/fixtures/seed/client.yaml");

/// Texts that would break out of a comment, a string, a fence or a link, were they let.
const HOSTILE: [&str; 12] = [
    "*/ fn main() {} /*",
    "\"); std::process::exit(1); (\"",
    "``` ``` ~~~",
    "\\",
    "\\u{202e}\u{202e}",
    "<script>alert(1)</script>",
    "[a](javascript:b) [c] [d][e]",
    "#![no_std] #[cfg(x)]",
    "{{}} {0} {name}",
    "r#\"x\"# b'x' 'static",
    "a\u{0}b\u{7f}\u{feff}c",
    "https://example.com/?a=b&c=d",
];

#[derive(Clone, Debug)]
enum Damage {
    Drop(Index),
    Duplicate(Index),
    Swap(Index),
    Truncate(Index, Index),
    /// Adds text to the last cell of a line, or to a line that has no cells.
    Append(Index, String),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let hostile = proptest::sample::select(&HOSTILE[..]).prop_map(str::to_owned);
    let text = prop_oneof![3 => hostile, 1 => "\\PC{0,40}"];
    prop_oneof![
        1 => at().prop_map(Damage::Drop),
        1 => at().prop_map(Damage::Duplicate),
        1 => at().prop_map(Damage::Swap),
        1 => (at(), at()).prop_map(|(line, keep)| Damage::Truncate(line, keep)),
        6 => (at(), text).prop_map(|(line, text)| Damage::Append(line, text)),
    ]
}

fn apply(lines: &mut Vec<String>, damage: &Damage) {
    let count = lines.len();
    match damage {
        Damage::Drop(line) => drop(lines.remove(line.index(count))),
        Damage::Duplicate(line) => {
            let line = line.index(count);
            lines.insert(line, lines[line].clone());
        }
        Damage::Swap(line) => {
            let line = line.index(count - 1);
            lines.swap(line, line + 1);
        }
        Damage::Truncate(line, keep) => {
            let line = &mut lines[line.index(count)];
            let keep = keep.index(line.chars().count() + 1);
            *line = line.chars().take(keep).collect();
        }
        Damage::Append(line, text) => {
            let line = &mut lines[line.index(count)];
            match line.strip_suffix(" |") {
                Some(row) => *line = format!("{row} {text} |"),
                None => *line = format!("{line} {text}"),
            }
        }
    }
}

#[test]
fn a_damaged_page_gives_findings_or_rust() {
    let client = yaml::parse_client(CLIENT).expect("it is checked in");
    let (overlay, models) = (Overlay::default(), Models::default());
    let handmade = Handmade {
        overlay: &overlay,
        overlay_text: "",
        models: &models,
        models_text: "",
    };
    let rendered = Cell::new(0);
    let config = Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    };
    let damages = proptest::collection::vec(damage(), 1..4);
    let outcome = TestRunner::new(config).run(&damages, |damages| {
        let mut lines: Vec<String> = SEED.lines().map(str::to_owned).collect();
        for damage in &damages {
            apply(&mut lines, damage);
        }
        let page = SourceFile {
            path: PAGE.to_owned(),
            text: lines.join("\n"),
        };
        let extracted = generator::extract(&[page], &[], None, &handmade);
        let is_error = |code: generator::diagnostic::Code| code.severity() == Severity::Error;
        if extracted
            .diagnostics
            .iter()
            .any(|found| is_error(found.code))
        {
            return Ok(());
        }
        let api = build::parse_ir(&build::ir_files(&extracted.api)).expect("we wrote it");
        prop_assert!(api == extracted.api, "text to IR is not the identity");
        for (path, text) in build::client_files(&api, &client, &[], None) {
            let is_rust = Path::new(&path)
                .extension()
                .is_some_and(|extension| extension == "rs");
            let fault = syn::parse_file(&text).err().filter(|_| is_rust);
            prop_assert!(
                fault.is_none(),
                "{path}: {}",
                fault.expect("it is not none")
            );
        }
        rendered.set(rendered.get() + 1);
        Ok(())
    });
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
    assert!(
        rendered.get() > 5,
        "only {} pages got as far as Rust",
        rendered.get()
    );
}
