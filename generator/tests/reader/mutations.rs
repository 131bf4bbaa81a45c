//! Random damage to the seed page: lines are dropped, swapped, doubled, cut or rewritten; nothing
//! panics, and every line is accounted for or reported.

use crate::seed::SEED;
use crate::seeds::targets;
use proptest::prelude::*;
use proptest::sample::Index;

/// One piece of damage.
#[derive(Clone, Debug)]
enum Damage {
    Drop(Index),
    Duplicate(Index),
    Swap(Index, Index),
    /// Keeps that many characters of a line.
    Truncate(Index, usize),
    /// Replaces a cell of a line.
    Cell(Index, Index, String),
    /// Ends the page there.
    End(Index),
    /// Puts a line of another page's form, or noise, before a line.
    Insert(Index, String),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let noise = prop_oneof![
        Just("```".to_owned()),
        Just("~~~ javascript".to_owned()),
        Just("---".to_owned()),
        Just("> Widget getWidget(opts)".to_owned()),
        Just("## getWidget".to_owned()),
        Just(":::{\"alert\":\"warning\",\"title\":\"Deprecated\"}".to_owned()),
        Just("<div>".to_owned()),
        Just("### Request Body Schema".to_owned()),
        Just("| | | | |".to_owned()),
        Just("* a:b:c".to_owned()),
        "\\PC{0,40}",
    ];
    let cell = prop_oneof![
        Just("**[String]**".to_owned()),
        Just("[optional] [default to ".to_owned()),
        Just("<br />**Values**: a, a,, ".to_owned()),
        Just("{&#39;String&#39;".to_owned()),
        "\\PC{0,20}",
    ];
    prop_oneof![
        at().prop_map(Damage::Drop),
        at().prop_map(Damage::Duplicate),
        (at(), at()).prop_map(|(a, b)| Damage::Swap(a, b)),
        (at(), 0..60_usize).prop_map(|(line, keep)| Damage::Truncate(line, keep)),
        (at(), at(), cell).prop_map(|(line, cell, text)| Damage::Cell(line, cell, text)),
        at().prop_map(Damage::End),
        (at(), noise).prop_map(|(line, text)| Damage::Insert(line, text)),
    ]
}

fn apply(lines: &mut Vec<String>, damage: Damage) {
    let count = lines.len();
    if count == 0 {
        return;
    }
    match damage {
        Damage::Drop(line) => {
            lines.remove(line.index(count));
        }
        Damage::Duplicate(line) => {
            let line = line.index(count);
            lines.insert(line, lines[line].clone());
        }
        Damage::Swap(a, b) => lines.swap(a.index(count), b.index(count)),
        Damage::Truncate(line, keep) => {
            let line = &mut lines[line.index(count)];
            *line = line.chars().take(keep).collect();
        }
        Damage::Cell(line, cell, text) => {
            let line = &mut lines[line.index(count)];
            let mut cells: Vec<&str> = line.split('|').collect();
            let cell = cell.index(cells.len());
            cells[cell] = &text;
            *line = cells.join("|");
        }
        Damage::End(line) => lines.truncate(line.index(count)),
        Damage::Insert(line, text) => lines.insert(line.index(count), text),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_page_is_survived(damages in proptest::collection::vec(damage(), 1..12)) {
        let mut lines: Vec<String> = SEED.lines().map(str::to_owned).collect();
        for damage in damages {
            apply(&mut lines, damage);
        }
        targets::page(lines.join("\n").as_bytes());
    }

    #[test]
    fn any_text_is_survived(text in "(\\PC|[\n\r|#*`~\\[\\]{}<>:_ -]){0,400}") {
        targets::page(text.as_bytes());
        targets::model(text.as_bytes());
    }
}
