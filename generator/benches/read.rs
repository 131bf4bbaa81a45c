//! The front end beside a bare pass of pulldown-cmark over the same pages: the seed, and 1, 10
//! and all pages of a whole version of the docs, if the folder at `SHARED_DIR` or beside the
//! workspace has them.
//!
//! `cargo bench -p generator`; the ratio to look at is `extract` to `markdown`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use generator::resolve::Handmade;
use generator::source::SourceFile;
use generator::{extract, model_page, page};
use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;
use spec::{Models, Overlay};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

const SEED: &str = include_str!("../tests/fixtures/seed/docs/OrganizationAuthorizationApi.md");

fn seed() -> Vec<SourceFile> {
    vec![SourceFile {
        path: "docs/OrganizationAuthorizationApi.md".to_owned(),
        text: SEED.to_owned(),
    }]
}

/// The pages of a folder of the corpus; none where there is no such folder.
fn corpus(folder: &str) -> Vec<SourceFile> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(shared.join("corpus").join(folder)) else {
        println!("skipped: {folder} is not in {}", shared.display());
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("the corpus can be read").path());
    let mut pages: Vec<SourceFile> = paths
        .map(|path| {
            let name = path.file_name().expect("a file has a name");
            SourceFile {
                path: format!("docs/{}", name.to_string_lossy()),
                text: fs::read_to_string(&path).expect("pages are text"),
            }
        })
        .collect();
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

/// What any reader of these pages pays: every event, with its place.
fn markdown(text: &str) -> usize {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let events = Parser::new_ext(text, options).into_offset_iter();
    events.map(|(_, range)| range.len()).sum()
}

fn bench(criterion: &mut Criterion) {
    operations(criterion);
    models(criterion);
}

fn operations(criterion: &mut Criterion) {
    let pages = corpus("js-259");
    let mut inputs = vec![("seed".to_owned(), seed())];
    for count in [1, 10, pages.len()] {
        if count <= pages.len() && count > 0 {
            inputs.push((format!("{count} pages of 259"), pages[..count].to_vec()));
        }
    }
    let mut group = criterion.benchmark_group("operations");
    for (name, pages) in &inputs {
        let bytes = pages.iter().map(|page| page.text.len() as u64).sum();
        group.throughput(Throughput::Bytes(bytes));
        group.bench_with_input(BenchmarkId::new("markdown", name), pages, |b, pages| {
            b.iter(|| pages.iter().map(|page| markdown(&page.text)).sum::<usize>());
        });
        group.bench_with_input(BenchmarkId::new("read", name), pages, |b, pages| {
            b.iter(|| pages.iter().map(page::read).collect::<Vec<_>>());
        });
        let (overlay, models) = (Overlay::default(), Models::default());
        let handmade = Handmade {
            overlay: &overlay,
            overlay_text: "",
            models: &models,
            models_text: "",
        };
        group.bench_with_input(BenchmarkId::new("extract", name), pages, |b, pages| {
            b.iter(|| extract(black_box(pages), &[], None, &handmade));
        });
    }
}

fn models(criterion: &mut Criterion) {
    let pages = corpus("models-184");
    if pages.is_empty() {
        return;
    }
    let mut group = criterion.benchmark_group("models");
    group.throughput(Throughput::Bytes(
        pages.iter().map(|page| page.text.len() as u64).sum(),
    ));
    group.sample_size(20);
    group.bench_function("markdown", |b| {
        b.iter(|| pages.iter().map(|page| markdown(&page.text)).sum::<usize>());
    });
    group.bench_function("read", |b| {
        b.iter(|| pages.iter().map(model_page::read).collect::<Vec<_>>());
    });
    group.bench_function("read on all cores", |b| {
        b.iter(|| pages.par_iter().map(model_page::read).collect::<Vec<_>>());
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
