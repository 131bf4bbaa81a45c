//! Decoding and encoding by the one shared visitor, beside serde's derives: the ratio is what
//! counts. The model is one of the usual kind: a page of entities, nested and with times.
//!
//! `cargo bench -p runtime --bench model`. The files are taken in by path, as in `tests/model.rs`.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    missing_docs,
    reason = "the files are those of the runtime, and this needs only some of them"
)]
#![allow(
    clippy::struct_field_names,
    reason = "fields are named as the API names them"
)]

#[path = "../src/model/mod.rs"]
mod model;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// Both renderings of one description.
macro_rules! both {
    ($($type:ident { $($index:literal $field:ident $key:literal $ty:ty),* } $count:literal)*) => {
        mod shared {
            use crate::model;
            $(
                pub struct $type { $(pub $field: Option<$ty>,)* pub extra: model::Extra }
                model::fields! { $type "T" { $($index $field $key),* } $count }
            )*
        }
        mod derived {
            use serde::{Deserialize, Serialize};
            $(
                #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
                pub struct $type { $(
                    #[serde(default, rename = $key, skip_serializing_if = "Option::is_none")]
                    pub $field: Option<$ty>
                ),* }
            )*
        }
    };
}

both! {
    Page {
        0 entities "entities" Vec<Entity>, 1 page_size "pageSize" i64, 2 page_number "pageNumber" i64,
        3 total "total" i64, 4 next_uri "nextUri" String
    } 5
    Entity {
        0 id "id" String, 1 name "name" String, 2 division "division" Box<Division>,
        3 date_created "dateCreated" jiff::Timestamp, 4 date_modified "dateModified" jiff::Timestamp,
        5 version "version" i64, 6 enabled "enabled" bool, 7 weight "weight" f64,
        8 skills "skills" Vec<String>, 9 description "description" String, 10 state "state" String,
        11 created_by "createdBy" String, 12 modified_by "modifiedBy" String, 13 self_uri "selfUri" String
    } 14
    Division { 0 id "id" String, 1 name "name" String, 2 self_uri "selfUri" String } 3
}

/// A page of a hundred entities, as servers write them; `more` stands in each.
fn page(more: &str) -> Vec<u8> {
    let entity = r#"{"id":"1b4e28ba-2fa1-11d2-883f-0016d3cca427","name":"Support \"EU\"",
        "division":{"id":"c3cca427","name":"Home","selfUri":"/api/v2/authorization/divisions/c3cca427"},
        "dateCreated":"2024-01-31T09:30:00.000Z","dateModified":"2024-02-01T10:00:00.000Z","version":7,
        "enabled":true,"weight":0.25,"skills":["english","german"],"state":"active",
        "createdBy":"1b4e28ba",MORE"selfUri":"/api/v2/routing/queues/1b4e28ba"}"#;
    let entities = vec![entity.replace("MORE", more); 100].join(",");
    format!(r#"{{"entities":[{entities}],"pageSize":100,"pageNumber":1,"total":100}}"#).into_bytes()
}

fn benches(criterion: &mut Criterion) {
    let json = page("");
    let mut group = criterion.benchmark_group("model");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("decode/shared", |bencher| {
        bencher.iter(|| model::from_slice::<shared::Page>(black_box(&json)).expect("a page"));
    });
    group.bench_function("decode/derived", |bencher| {
        bencher.iter(|| serde_json::from_slice::<derived::Page>(black_box(&json)).expect("a page"));
    });
    // A field that the docs do not list, which `shared` keeps and `derived` skips.
    let newer = page(r#""newer":{"a":[1,2]},"#);
    group.bench_function("decode-newer/shared", |bencher| {
        bencher.iter(|| model::from_slice::<shared::Page>(black_box(&newer)).expect("a page"));
    });
    group.bench_function("decode-newer/derived", |bencher| {
        bencher
            .iter(|| serde_json::from_slice::<derived::Page>(black_box(&newer)).expect("a page"));
    });
    let shared: shared::Page = serde_json::from_slice(&json).expect("a page");
    group.bench_function("encode/shared", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&shared)).expect("JSON"));
    });
    let derived: derived::Page = serde_json::from_slice(&json).expect("a page");
    group.bench_function("encode/derived", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&derived)).expect("JSON"));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
