//! Walking through listings, and those that lead nowhere.
//!
//! Longer than most files: each way in which a listing can go wrong has a short test.

use super::support::{Fake, GET_THINGS, answer, builder};
use crate::runtime::{Call, Error, Items, Pages, Paging, PagingErrorKind, RequestParts};
use serde_json::{Value, json};
use std::pin::Pin;
use std::sync::Arc;

static NUMBER: Paging = Paging::number("pageNumber", "pageCount", "entities");

static CURSOR: Paging = Paging::cursor("after", "nextCursor", "entities");

static URI: Paging = Paging::uri("cursor", "nextUri", "results");

static BODY_NUMBER: Paging = Paging::number("paging.pageNumber", "pageCount", "results").in_body();

static BODY_TOTAL: Paging = Paging::total("pageNumber", "totalHits", "conversations").in_body();

static BODY_CURSOR: Paging = Paging::cursor("cursor", "cursor", "results").in_body();

/// Pages of a search whose body is `body`.
fn search(fake: &Arc<Fake>, body: &Value, paging: &Paging) -> Pages<Value> {
    Pages::new(Call::new(parts(fake).body(body)), *paging)
}

fn bodies(fake: &Fake) -> Vec<String> {
    let bodies = fake.requests();
    let bodies = bodies
        .iter()
        .map(|it| String::from_utf8_lossy(it.body()).into_owned());
    bodies.collect()
}

fn parts(fake: &Arc<Fake>) -> RequestParts {
    let client = builder().transport(fake.clone()).build();
    RequestParts::new(&client.expect("the settings are right"), &GET_THINGS).query("size", &2)
}

fn pages(fake: &Arc<Fake>, paging: &Paging) -> Pages<Value> {
    Pages::new(Call::new(parts(fake)), *paging)
}

fn items(pages: Pages<Value>) -> Items<Value, Value> {
    pages.items(|mut page| match page["entities"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    })
}

/// Answers with these pages, one by one, and then with the last again.
fn serving(pages: Vec<Value>) -> Arc<Fake> {
    Fake::new(move |before, _| answer(200, &pages[before.min(pages.len() - 1)].to_string()))
}

fn queries(fake: &Fake) -> Vec<String> {
    let queries = fake.requests();
    let queries = queries
        .iter()
        .map(|it| it.uri().query().unwrap_or_default().to_owned());
    queries.collect()
}

async fn count(mut pages: Pages<Value>) -> Result<usize, Error> {
    let mut count = 0;
    while let Some(page) = pages.next().await {
        page?;
        count += 1;
    }
    assert!(pages.next().await.is_none(), "it stays ended");
    Ok(count)
}

async fn lost(fake: &Arc<Fake>, paging: &Paging) -> (u64, String) {
    match count(pages(fake, paging)).await {
        Err(Error::Paging(error)) => (error.page(), error.to_string()),
        other => panic!("it found its way: {other:?}"),
    }
}

#[tokio::test]
async fn numbered_pages() {
    let page = |number| json!({"pageNumber": number, "pageCount": 3, "entities": [number]});
    let fake = serving((1..=3).map(page).collect());
    assert_eq!(count(pages(&fake, &NUMBER)).await.expect("three pages"), 3);
    assert_eq!(
        queries(&fake),
        ["size=2", "size=2&pageNumber=2", "size=2&pageNumber=3"]
    );
}

#[tokio::test]
async fn numbered_pages_from_where_the_caller_begins() {
    let fake = serving(vec![
        json!({"pageCount": 3.0, "entities": [2]}),
        json!({"pageCount": 3}),
    ]);
    let call = Call::new(parts(&fake).query("pageNumber", &2));
    assert_eq!(count(Pages::new(call, NUMBER)).await.expect("two pages"), 2);
    assert_eq!(
        queries(&fake),
        ["size=2&pageNumber=2", "size=2&pageNumber=3"]
    );
}

#[tokio::test]
async fn numbered_pages_without_a_count_end_with_an_empty_one() {
    let fake = serving(vec![json!({"entities": [1]}), json!({"entities": [ ]})]);
    assert_eq!(count(pages(&fake, &NUMBER)).await.expect("two pages"), 2);
}

#[tokio::test]
async fn cursors() {
    for end in [json!(null), json!(""), json!({})] {
        let last = json!({"entities": [3], "nextCursor": end});
        let last = if end.is_object() { json!({}) } else { last };
        let fake = serving(vec![
            json!({"entities": [1], "nextCursor": "a b+c"}),
            json!({"entities": [2], "nextCursor": 17}),
            last,
        ]);
        assert_eq!(count(pages(&fake, &CURSOR)).await.expect("three pages"), 3);
        assert_eq!(
            queries(&fake),
            ["size=2", "size=2&after=a%20b%2Bc", "size=2&after=17"]
        );
    }
}

#[tokio::test]
async fn uris_of_next_pages_lend_their_query() {
    let fake = serving(vec![
        json!({"results": [1], "nextUri": "/api/v2/things?size=5&cursor=a%2Fb&id=1&id=2#x"}),
        json!({"results": [2], "nextUri": "https://elsewhere/api?cursor=c"}),
        json!({"results": [3]}),
    ]);
    assert_eq!(count(pages(&fake, &URI)).await.expect("three pages"), 3);
    assert_eq!(
        queries(&fake),
        [
            "size=2",
            "size=5&cursor=a%2Fb&id=1&id=2",
            "size=5&cursor=c&id=1&id=2"
        ]
    );
    // A token goes to no other host than the client's.
    assert!(
        fake.requests()
            .iter()
            .all(|it| it.uri().host() == Some("api.mypurecloud.com"))
    );
}

#[tokio::test]
async fn items_of_all_pages_one_page_at_a_time() {
    let page = |number: u64| json!({"pageCount": 3, "entities": [number * 2, number * 2 + 1]});
    let fake = serving((0..3).map(page).collect());
    let mut items = items(pages(&fake, &NUMBER));
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(items.next().await.expect("an item").expect("a page"));
    }
    assert_eq!(found, [0, 1, 2]);
    assert_eq!(fake.requests().len(), 2, "the third page is not needed yet");
    drop(items);
    tokio::task::yield_now().await;
    assert_eq!(fake.requests().len(), 2, "it stops when dropped");
}

#[tokio::test]
async fn items_of_all_pages_at_once_up_to_the_first_error() {
    let page = |number: u64| json!({"pageCount": 3, "entities": [number]});
    let fake = serving((0..3).map(page).collect());
    let all: Vec<Value> = items(pages(&fake, &NUMBER))
        .try_collect()
        .await
        .expect("all");
    assert_eq!(all, [0, 1, 2]);
    let fake = Fake::new(move |before, _| match before {
        0 => answer(200, &page(0).to_string()),
        _ => answer(404, "{}"),
    });
    let outcome = items(pages(&fake, &NUMBER)).try_collect::<Vec<_>>().await;
    assert_eq!(
        outcome
            .expect_err("the second page")
            .status()
            .expect("an answer"),
        404
    );
}

#[tokio::test]
async fn items_and_pages_are_streams() {
    fn is_stream<S: futures_core::Stream + Send + Unpin + 'static>(_: &S) {}
    let fake = serving(vec![json!({"pageCount": 1, "entities": [7]})]);
    is_stream(&pages(&fake, &NUMBER));
    let mut items = items(pages(&fake, &NUMBER));
    is_stream(&items);
    let first = std::future::poll_fn(|context| {
        futures_core::Stream::poll_next(Pin::new(&mut items), context)
    });
    assert_eq!(first.await.expect("an item").expect("a page"), 7);
    assert!(items.next().await.is_none());
}

/// Items may be equal, so pages may be. It was an error, and the second page was lost.
#[tokio::test]
async fn equal_pages_are_pages_where_cursors_or_a_count_lead_on() {
    let fake = serving(vec![json!({"pageCount": 9, "entities": [{"v": 0}]})]);
    assert_eq!(count(pages(&fake, &NUMBER)).await.expect("nine pages"), 9);
    let page = json!({"totalHits": 6, "conversations": [{"v": 0}, {"v": 0}]});
    let pages_of_two = search(&serving(vec![page]), &json!({}), &BODY_TOTAL);
    assert_eq!(count(pages_of_two).await.expect("three pages"), 3);
    let fake = Fake::new(|before, _| {
        let next = (before < 4).then(|| before.to_string());
        let page = json!({"entities": [{"v": 0}], "nextCursor": next});
        answer(200, &page.to_string())
    });
    assert_eq!(count(pages(&fake, &CURSOR)).await.expect("five pages"), 5);
}

/// Without a count the content is the only sign: a server that ignores the number of the page.
/// A, B, A, B ran for ever.
#[tokio::test]
async fn numbered_pages_that_repeat_without_a_count_are_an_error() {
    let cycles: [&[u32]; 4] = [&[0], &[0, 1], &[0, 1, 2], &[0, 1, 2, 1]];
    for (cycle, end) in cycles.into_iter().zip([2, 3, 4, 4]) {
        let of = cycle.to_vec();
        let fake = Fake::new(move |before, _| {
            let page = json!({"entities": [of[before % of.len()]]});
            answer(200, &page.to_string())
        });
        let (page, text) = lost(&fake, &NUMBER).await;
        assert_eq!(page, end, "{cycle:?}");
        assert!(text.contains("the page repeats an earlier one"), "{text}");
    }
    // Nor does a count help that grows with each page.
    let growing = Fake::new(|before, _| {
        let page = json!({"pageCount": before + 2, "entities": [1]});
        answer(200, &page.to_string())
    });
    assert_eq!(lost(&growing, &NUMBER).await.0, 2);
    let growing = Fake::new(|before, _| {
        let page = json!({"totalHits": before + 2, "conversations": [1]});
        answer(200, &page.to_string())
    });
    let error = count(search(&growing, &json!({}), &BODY_TOTAL)).await;
    assert!(matches!(error, Err(Error::Paging(_))), "{error:?}");
}

/// What came, and whether an error was the end of it.
async fn received(mut pages: Pages<Value>, key: &str) -> (Vec<Value>, bool) {
    let mut received = Vec::new();
    let mut failed = false;
    while let Some(page) = pages.next().await {
        assert!(!failed, "an error is the end");
        match page {
            Ok(mut page) => received.push(page[key].take()),
            Err(_) => failed = true,
        }
    }
    (received, failed)
}

#[tokio::test]
async fn what_was_received_is_given_out_before_the_error() {
    let fake = serving(vec![json!({"results": [1], "nextUri": "/things"})]);
    let found = received(pages(&fake, &URI), "results").await;
    assert_eq!(found, (vec![json!([1])], true));
    let cycle = Fake::new(|before, _| {
        let page = json!({"entities": [before], "nextCursor": (["a", "b", "c"][before % 3])});
        answer(200, &page.to_string())
    });
    let (found, failed) = received(pages(&cycle, &CURSOR), "entities").await;
    assert_eq!((found.len(), failed), (4, true));
    let repeating = serving(vec![json!({"entities": [1]})]);
    let (found, failed) = received(pages(&repeating, &NUMBER), "entities").await;
    assert_eq!((found.len(), failed), (2, true));
    let list = serving(vec![json!({"pageCount": 3, "results": [1]})]);
    let found = received(search(&list, &json!([1]), &BODY_NUMBER), "results").await;
    assert_eq!(found, (vec![json!([1])], true));
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_not_the_end() {
    let page = |ids: Value| json!({"totalHits": 6, "conversations": ids});
    let pages_of_two = vec![
        page(json!([1, 2])),
        page(json!(null)),
        page(json!([5, 6])),
        page(json!([])),
    ];
    let fake = serving(pages_of_two);
    let (found, failed) = received(search(&fake, &json!({}), &BODY_TOTAL), "conversations").await;
    assert_eq!((found.len(), failed), (4, false));
    let page = |ids: Value| json!({"pageCount": 3, "entities": ids});
    let fake = serving(vec![page(json!([1])), page(json!(null)), page(json!([3]))]);
    assert_eq!(count(pages(&fake, &NUMBER)).await.expect("three pages"), 3);
}

#[tokio::test]
async fn totals_that_shrink_end_the_walk() {
    let page = |total: u32, id: u32| json!({"totalHits": total, "conversations": [id, id]});
    let fake = serving(vec![page(100, 1), page(4, 2), page(4, 3)]);
    let pages_of_two = search(&fake, &json!({}), &BODY_TOTAL);
    assert_eq!(count(pages_of_two).await.expect("two pages"), 2);
    let page = |count: u32, id: u32| json!({"pageCount": count, "entities": [id]});
    let fake = serving(vec![page(9, 1), page(2, 2), page(0, 3)]);
    assert_eq!(count(pages(&fake, &NUMBER)).await.expect("two pages"), 2);
}

/// A page of things that have a number.
#[derive(serde::Deserialize)]
struct Numbers {
    #[serde(default)]
    entities: Vec<Numbered>,
    #[serde(default, rename = "pageCount")]
    page_count: Option<u32>,
}

#[derive(serde::Deserialize)]
struct Numbered {
    number: u32,
}

/// It ended a walk of ten thousand.
#[tokio::test]
async fn an_item_that_cannot_be_decoded_is_an_error_in_its_place() {
    let fake = serving(vec![
        json!({"pageCount": 2, "entities": [{"number": 0}, {"number": "s3cret"}, {"number": 2}, null]}),
        json!({"pageCount": 2, "entities": [{"number": 4}]}),
    ]);
    let listed = crate::runtime::JsonCall::<Numbers>::new(parts(&fake)).pages(NUMBER);
    let mut items = listed.items(|page| page.entities);
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(match item {
            Ok(item) => item.number.to_string(),
            Err(Error::Decode(error)) => {
                assert!(error.body().starts_with(b"{\"entities\":[{\"number\":0}"));
                assert!(!format!("{error} {error:?}").contains("s3cret"));
                error.json_path().to_owned()
            }
            Err(error) => panic!("another error: {error:?}"),
        });
    }
    assert_eq!(found, ["0", "entities[1]", "2", "entities[3]", "4"]);
    // A page that cannot be decoded without its items either is the end.
    let fake = serving(vec![
        json!({"pageCount": 3, "entities": [{"number": 0}]}),
        json!({"pageCount": "?", "entities": [{"number": 1}]}),
    ]);
    let listed = crate::runtime::JsonCall::<Numbers>::new(parts(&fake)).pages(NUMBER);
    let mut pages = listed.items(|page| {
        assert_eq!(page.page_count, Some(3));
        page.entities
    });
    assert!(pages.next().await.expect("an item").is_ok());
    assert!(pages.next().await.expect("an error").is_err());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_cursor_that_comes_back_is_an_error() {
    let fake = Fake::new(|before, _| {
        let page = json!({"entities": [before], "nextCursor": (["a", "b", "a"][before])});
        answer(200, &page.to_string())
    });
    assert_eq!(lost(&fake, &CURSOR).await.0, 3);
    let same = serving(vec![json!({"nextUri": "/things?cursor=a"})]);
    assert_eq!(lost(&same, &URI).await.0, 2);
}

#[tokio::test]
async fn endless_empty_pages_are_an_error() {
    let empty = serving(vec![json!({"pageCount": 1_000_000, "entities": []})]);
    assert_eq!(lost(&empty, &NUMBER).await.0, 50);
    let empty = Fake::new(|before, _| answer(200, &json!({"nextCursor": before}).to_string()));
    assert_eq!(lost(&empty, &CURSOR).await.0, 50);
}

#[tokio::test]
async fn a_uri_that_asks_for_no_page_is_an_error() {
    for uri in ["/things", "/things?size=2", "cursor=a"] {
        let fake = serving(vec![json!({"results": [1], "nextUri": uri})]);
        assert!(
            lost(&fake, &URI)
                .await
                .1
                .contains("does not ask for a page"),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn a_page_that_fails_is_the_last() {
    let fake = Fake::new(|before, _| match before {
        0 => answer(200, r#"{"pageCount": 3, "entities": [1]}"#),
        1 => answer(404, "{}"),
        _ => answer(200, "<html>"),
    });
    assert!(matches!(
        count(pages(&fake, &NUMBER)).await,
        Err(Error::Api(_))
    ));
    assert_eq!(fake.requests().len(), 2);
    assert!(matches!(
        count(pages(&fake, &NUMBER)).await,
        Err(Error::Decode(_))
    ));
    let refused = Call::new(parts(&fake).query_list("id", Vec::<String>::new(), false));
    assert!(matches!(
        count(Pages::new(refused, NUMBER)).await,
        Err(Error::Input(_))
    ));
}

#[tokio::test]
async fn a_page_number_in_the_body_is_changed_and_the_rest_stays() {
    let page = |number| json!({"pageCount": 3, "results": [number]});
    let fake = serving((1..=3).map(page).collect());
    let body = json!({"query": [{"value": 1.0}], "paging": {"pageSize": 1}});
    let pages = search(&fake, &body, &BODY_NUMBER);
    assert_eq!(count(pages).await.expect("three pages"), 3);
    assert_eq!(
        bodies(&fake),
        [
            r#"{"paging":{"pageSize":1},"query":[{"value":1.0}]}"#,
            r#"{"paging":{"pageNumber":2,"pageSize":1},"query":[{"value":1.0}]}"#,
            r#"{"paging":{"pageNumber":3,"pageSize":1},"query":[{"value":1.0}]}"#,
        ]
    );
}

#[tokio::test]
async fn a_cursor_in_the_body_is_followed() {
    let fake = serving(vec![
        json!({"cursor": "n\"1", "results": [1]}),
        json!({"results": [2]}),
    ]);
    let pages = search(&fake, &json!({"cursor": null}), &BODY_CURSOR);
    assert_eq!(count(pages).await.expect("two pages"), 2);
    assert_eq!(
        bodies(&fake),
        [r#"{"cursor":null}"#, r#"{"cursor":"n\"1"}"#]
    );
}

#[tokio::test]
async fn a_total_of_items_says_which_page_is_the_last() {
    let page = |ids: &[u32]| json!({"totalHits": 5, "conversations": ids});
    let fake = serving(vec![page(&[1, 2]), page(&[3, 4]), page(&[5])]);
    let pages = search(&fake, &json!({}), &BODY_TOTAL);
    assert_eq!(count(pages).await.expect("three pages"), 3);
    // From the second page on, where the first is not there to be counted.
    let fake = serving(vec![page(&[3, 4]), page(&[5])]);
    let pages = search(&fake, &json!({"pageNumber": 2}), &BODY_TOTAL);
    assert_eq!(count(pages).await.expect("two pages"), 2);
    // Fewer than it says: it ends where the last of so many would be.
    let fake = serving(vec![page(&[1, 2]), page(&[])]);
    let pages = search(&fake, &json!({}), &BODY_TOTAL);
    assert_eq!(count(pages).await.expect("three pages"), 3);
}

#[tokio::test]
async fn a_body_that_cannot_ask_for_a_page_ends_the_walk() {
    let fake = serving(vec![json!({"pageCount": 3, "results": [1]})]);
    let error = count(search(&fake, &json!([1]), &BODY_NUMBER)).await;
    let Err(Error::Paging(error)) = error else {
        panic!("a list has no field: {error:?}")
    };
    assert!(error.to_string().contains("not a JSON object"), "{error}");
    assert_eq!(error.kind(), PagingErrorKind::Body);
}

#[tokio::test]
async fn each_way_that_is_lost_has_its_kind() {
    let page = |page: Value| serving(vec![page]);
    for (fake, paging, kind) in [
        (
            page(json!({"entities": [1]})),
            &NUMBER,
            PagingErrorKind::RepeatedPage,
        ),
        (
            serving(vec![
                json!({"nextCursor": "a", "entities": [1]}),
                json!({"nextCursor": "a", "entities": [2]}),
            ]),
            &CURSOR,
            PagingErrorKind::SeenBefore,
        ),
        (
            page(json!({"nextUri": "/things?other=1", "results": [1]})),
            &URI,
            PagingErrorKind::NoPageInUri,
        ),
    ] {
        let Err(Error::Paging(error)) = count(pages(&fake, paging)).await else {
            panic!("it found its way: {kind:?}")
        };
        assert_eq!(error.kind(), kind, "{error}");
    }
    let empty = Fake::new(|before, _| answer(200, &format!(r#"{{"nextCursor": "{before}"}}"#)));
    let Err(Error::Paging(error)) = count(pages(&empty, &CURSOR)).await else {
        panic!("it found its way")
    };
    assert_eq!(error.kind(), PagingErrorKind::EmptyPages, "{error}");
}
