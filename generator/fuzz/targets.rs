//! What the fuzz targets do with their input. The tests of the generator replay the seeds through
//! the same functions, so this file stands in both.

use generator::diagnostic::{Code, Diagnostic};
use generator::resolve::Handmade;
use generator::source::{LineCount, SourceFile};
use generator::{Extracted, extract};
use spec::{Models, Overlay};

/// A small page for overlays to be about.
const PAGE: &str = include_str!("../tests/fixtures/forms/front-matter-and-anchors.md");

/// Any text as a page of operations: it is read and resolved without a panic, and no line of it
/// is lost in silence.
pub fn page(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let source = source("docs/WidgetsApi.md", text);
    let (_, lines, found) = generator::page::read(&source);
    check(&source, lines, &found);
    let extracted = extract_with(&[source], &[], &Overlay::default(), "");
    check_ir(&extracted);
}

/// Any text as a page of a model.
pub fn model(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let source = source("docs/typed/Widget.md", text);
    let (_, lines, found) = generator::model_page::read(&source);
    check(&source, lines, &found);
    let extracted = extract_with(&[], &[source], &Overlay::default(), "");
    check_ir(&extracted);
}

/// Any text as an overlay, applied to a page.
pub fn overlay(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(overlay) = spec::yaml::parse_overlay(&text) {
        let page = source("docs/WidgetsApi.md", PAGE.to_owned());
        check_ir(&extract_with(&[page], &[], &overlay, &text));
    }
}

/// Any text as a page of the IR: what can be read is written and read back as the same.
pub fn ir(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(page) = spec::yaml::parse_page(&text) {
        let written = spec::yaml::write_page(&page, "docs/WidgetsApi.md");
        let again = spec::yaml::parse_page(&written).expect("what is written can be read");
        assert_eq!(format!("{again:?}"), format!("{page:?}"), "{written}");
    }
}

/// Any text as models of the IR.
pub fn models(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(models) = spec::yaml::parse_models(&text) {
        let written = spec::yaml::write_models(&models, "models.yaml");
        let again = spec::yaml::parse_models(&written).expect("what is written can be read");
        assert_eq!(format!("{again:?}"), format!("{models:?}"), "{written}");
    }
}

fn source(path: &str, text: String) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text,
    }
}

fn extract_with(
    pages: &[SourceFile],
    models: &[SourceFile],
    overlay: &Overlay,
    overlay_text: &str,
) -> Extracted {
    let handmade = Handmade {
        overlay,
        overlay_text,
        models: &Models::default(),
        models_text: "",
    };
    extract(pages, models, None, &handmade)
}

fn check(source: &SourceFile, lines: LineCount, found: &[Diagnostic]) {
    let non_blank = source.text.lines().filter(|line| !line.trim().is_empty());
    assert_eq!(lines.total, non_blank.count());
    let is_told = found.iter().any(|found| found.code == Code::UnreadLine);
    assert_eq!(lines.accounted < lines.total, is_told);
    for diagnostic in found {
        let spans = diagnostic.related.iter().map(|(span, _)| span);
        for span in spans.chain([&diagnostic.span]) {
            assert!(
                source.text.get(span.range.clone()).is_some(),
                "{diagnostic:?}"
            );
        }
    }
}

/// What was read without an error is an IR that survives being written.
fn check_ir(extracted: &Extracted) {
    for page in &extracted.api.pages {
        ir(spec::yaml::write_page(page, "docs/WidgetsApi.md").as_bytes());
    }
    models(spec::yaml::write_models(&extracted.api.models, "models.yaml").as_bytes());
}
