//! How long it takes to diff two whole SDKs: 3,433 operations each and 4,016 models, read from IR
//! folders on the disk, compared and shown as text.
//!
//! The operations are those of the corpus, which is not checked in, with some pages twice to make
//! up the number. No file is the same on both sides: files that are the same are parsed once.

use api_diff::render::text;
use criterion::{Criterion, criterion_group, criterion_main};
use generator::resolve::Handmade;
use generator::source::SourceFile;
use spec::{Api, Models, Overlay, Page};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use xtask::diff::command::comparison;

/// What the whole SDK of version 259 has.
const OPERATIONS: usize = 3433;

fn shared() -> PathBuf {
    match std::env::var_os("SHARED_DIR") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    }
}

fn read(folder: &Path, below: &str) -> Vec<SourceFile> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let pages = entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "md"));
    let page = |entry: fs::DirEntry| SourceFile {
        path: format!("{below}/{}", entry.file_name().display()),
        text: fs::read_to_string(entry.path()).expect("pages are text"),
    };
    pages.map(page).collect()
}

fn api() -> Option<Api> {
    let pages = read(&shared().join("corpus/js-259"), "docs");
    if pages.is_empty() {
        eprintln!(
            "there is no corpus in {}: nothing is measured",
            shared().display()
        );
        return None;
    }
    let model_pages = read(&shared().join("corpus/models-184"), "docs/typed");
    let (overlay, models) = (Overlay::default(), Models::default());
    let handmade = Handmade {
        overlay: &overlay,
        overlay_text: "",
        models: &models,
        models_text: "",
    };
    let mut api = generator::extract(&pages, &model_pages, None, &handmade).api;
    let count = |api: &Api| {
        api.pages
            .iter()
            .map(|page| page.operations.len())
            .sum::<usize>()
    };
    let mut missing = OPERATIONS.saturating_sub(count(&api));
    let mut more = Vec::new();
    for page in &api.pages {
        let operations: Vec<_> = page.operations.iter().take(missing).cloned().collect();
        missing -= operations.len();
        more.push(Page {
            api: format!("More{}", page.api),
            operations,
            ..page.clone()
        });
    }
    api.pages.extend(more);
    assert_eq!(count(&api), OPERATIONS);
    Some(api)
}

/// The earlier version: on every page something is another.
fn earlier(api: &Api) -> Api {
    let mut api = api.clone();
    for page in &mut api.pages {
        for operation in page.operations.iter_mut().step_by(10) {
            operation.summary.push_str(" (before)");
            operation.parameters.pop();
            if let Some(permissions) = &mut operation.permissions {
                permissions.of.pop();
            }
        }
    }
    for model in api.models.models.iter_mut().step_by(10) {
        model.fields.pop();
    }
    api
}

fn write(api: &Api, folder: &Path) {
    fs::create_dir_all(folder).expect("the folder can be made");
    for page in &api.pages {
        let text = spec::yaml::write_page(page, "docs");
        fs::write(folder.join(format!("{}.yaml", page.api)), text).expect("the disk has room");
    }
    let text = spec::yaml::write_models(&api.models, "docs/typed");
    fs::write(folder.join("models.yaml"), text).expect("the disk has room");
}

fn whole_sdks(criterion: &mut Criterion) {
    let Some(new) = api() else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (old, new) = (earlier(&new), new);
    write(&old, Path::new(&path("old")));
    write(&new, Path::new(&path("new")));
    let mut group = criterion.benchmark_group("diff");
    group.sample_size(10);
    group.bench_function("compare", |bencher| {
        bencher.iter(|| api_diff::compare(black_box(&old), black_box(&new), &[]));
    });
    group.bench_function("read, compare, show", |bencher| {
        bencher.iter(|| {
            let compared = comparison(Some(&path("old")), Some(&path("new")), Path::new("spec"));
            text::render(
                &compared.expect("both sides are there").report,
                text::TextOptions::default(),
            )
        });
    });
    group.finish();
}

criterion_group!(benches, whole_sdks);
criterion_main!(benches);
