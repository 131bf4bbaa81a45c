//! Replays the seeds of the fuzz targets, and their finds, through the targets' own functions.

#[path = "../../fuzz/targets.rs"]
pub(crate) mod targets;

use std::fs;
use std::path::Path;

/// Replays the files of folders; there is at least one in each.
fn replay(target: fn(&[u8]), folders: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in folders {
        let folder = root.join(folder);
        let entries: Vec<_> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("seeds can be read").path())
            .collect();
        assert!(!entries.is_empty(), "{} is empty", folder.display());
        for path in entries {
            println!("{}", path.display());
            target(&fs::read(path).expect("seeds can be read"));
        }
    }
}

#[test]
fn page_seeds_find_nothing() {
    let folders = [
        "fuzz/seeds/page",
        "tests/fixtures/pages",
        "tests/fixtures/forms",
        "tests/fixtures/hostile",
    ];
    replay(targets::page, &folders);
}

#[test]
fn model_seeds_find_nothing() {
    let folders = [
        "fuzz/seeds/model",
        "tests/fixtures/models",
        "tests/fixtures/model-forms",
        "tests/fixtures/hostile",
    ];
    replay(targets::model, &folders);
}

#[test]
fn overlay_seeds_find_nothing() {
    replay(targets::overlay, &["fuzz/seeds/overlay"]);
}

#[test]
fn ir_seeds_find_nothing() {
    replay(targets::ir, &["fuzz/seeds/ir"]);
}

#[test]
fn models_seeds_find_nothing() {
    replay(targets::models, &["fuzz/seeds/models"]);
}
