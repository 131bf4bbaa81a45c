//! How long each stage of `regen` takes, and that twice the pages take twice the time.
//!
//! The corpus of real pages is not checked in. Where it is missing, the seed page alone is measured.
//! Sizes are given as bytes of Markdown, so that growth is linear where the throughput stays.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use generator::raw::{RawModel, RawPage};
use generator::resolve::Handmade;
use generator::source::SourceFile;
use rayon::prelude::*;
use spec::{Api, ClientConfig, Models, Overlay};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use xtask::build::{self, Files};
use xtask::folder::SpecFolder;

/// Pages, and model pages beside them.
struct PageSet {
    name: String,
    bytes: u64,
    pages: Vec<SourceFile>,
    model_pages: Vec<SourceFile>,
}

impl PageSet {
    fn new(name: &str, pages: Vec<SourceFile>, model_pages: Vec<SourceFile>) -> Self {
        let all = pages.iter().chain(&model_pages);
        let bytes = all.map(|page| page.text.len() as u64).sum();
        let name = name.to_owned();
        Self {
            name,
            bytes,
            pages,
            model_pages,
        }
    }
}

fn shared() -> PathBuf {
    match std::env::var_os("SHARED_DIR") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    }
}

/// `*.md` of a folder, as `below/*.md`.
fn read(folder: &Path, below: &str) -> Vec<SourceFile> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<SourceFile> = entries
        .map(|entry| entry.expect("the folder can be read"))
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "md")
        })
        .map(|entry| SourceFile {
            path: format!("{below}/{}", entry.file_name().display()),
            text: std::fs::read_to_string(entry.path()).expect("pages are text"),
        })
        .collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn sets() -> Vec<PageSet> {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/docs");
    let pages = read(&shared().join("corpus/js-259"), "docs");
    if pages.is_empty() {
        eprintln!(
            "there is no corpus in {}: the seed page alone is measured",
            shared().display()
        );
        return vec![PageSet::new("seed", read(&seed, "docs"), Vec::new())];
    }
    let models = read(&shared().join("corpus/models-184"), "docs/typed");
    let mut sets: Vec<PageSet> = [1, 10, pages.len()]
        .map(|count| PageSet::new(&format!("{count} pages"), spread(&pages, count), Vec::new()))
        .into();
    sets.push(PageSet::new(
        &format!("{} pages, {} models", pages.len(), models.len()),
        pages,
        models,
    ));
    sets
}

/// So many of the pages, from all over the alphabet.
fn spread(pages: &[SourceFile], count: usize) -> Vec<SourceFile> {
    (0..count)
        .map(|index| pages[index * pages.len() / count].clone())
        .collect()
}

fn parse(set: &PageSet) -> (Vec<RawPage>, Vec<RawModel>) {
    rayon::join(
        || {
            set.pages
                .par_iter()
                .filter_map(|page| generator::page::read(page).0)
                .collect()
        },
        || {
            set.model_pages
                .par_iter()
                .filter_map(|page| generator::model_page::read(page).0)
                .collect()
        },
    )
}

fn stages(criterion: &mut Criterion) {
    let (overlay, models) = (Overlay::default(), Models::default());
    let handmade = Handmade {
        overlay: &overlay,
        overlay_text: "",
        models: &models,
        models_text: "",
    };
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let client = SpecFolder::read(&spec)
        .expect("it is checked in")
        .client
        .expect("it is checked in");
    for set in sets() {
        let mut group = criterion.benchmark_group("stages");
        group
            .sample_size(10)
            .throughput(Throughput::Bytes(set.bytes));
        let mut bench = |stage: &str, routine: &mut dyn FnMut()| {
            group.bench_function(BenchmarkId::new(stage, &set.name), |bencher| {
                bencher.iter(&mut *routine);
            });
        };
        let api = extracting(&set, &handmade, &mut bench);
        rendering(&api, &client, &mut bench);
        group.finish();
    }
}

/// Measures a routine under the name of its stage.
type Bench<'b> = &'b mut dyn FnMut(&str, &mut dyn FnMut());

fn extracting(set: &PageSet, handmade: &Handmade<'_>, bench: Bench<'_>) -> Api {
    bench("0 pulldown-cmark alone", &mut || {
        for page in set.pages.iter().chain(&set.model_pages) {
            black_box(
                pulldown_cmark::Parser::new_ext(&page.text, pulldown_cmark::Options::ENABLE_TABLES)
                    .count(),
            );
        }
    });
    bench("1 page to raw", &mut || drop(black_box(parse(set))));
    let (pages, model_pages) = parse(set);
    let resolve = || {
        let (pages, model_pages) = (pages.clone(), model_pages.clone());
        generator::resolve::resolve(pages, Vec::new(), model_pages, Vec::new(), handmade)
    };
    bench("2 resolve, with a copy of raw", &mut || {
        drop(black_box(resolve()));
    });
    bench("3 extract: 1 and 2", &mut || {
        drop(black_box(generator::extract(
            &set.pages,
            &set.model_pages,
            None,
            handmade,
        )));
    });
    resolve().0
}

fn rendering(api: &Api, client: &ClientConfig, bench: Bench<'_>) {
    bench("4 write YAML", &mut || {
        drop(black_box(build::ir_files(api)));
    });
    let ir = build::ir_files(api);
    bench("5 read YAML", &mut || {
        drop(black_box(build::parse_ir(&ir).expect("we wrote it")));
    });
    bench("6 render, with 7", &mut || {
        drop(black_box(build::client_files(api, client, &[], None)));
    });
    let syntax = syntax(&build::client_files(api, client, &[], None));
    bench("7 format", &mut || {
        for file in &syntax {
            black_box(prettyplease::unparse(file));
        }
    });
}

/// The Rust files as what prettyplease prints.
fn syntax(files: &Files) -> Vec<syn::File> {
    files
        .iter()
        .filter(|(path, _)| {
            Path::new(path)
                .extension()
                .is_some_and(|extension| extension == "rs")
        })
        .map(|(_, text)| syn::parse_file(text).expect("what is rendered is Rust"))
        .collect()
}

criterion_group!(benches, stages);
criterion_main!(benches);
