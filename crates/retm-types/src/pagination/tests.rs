//! Reading what a server says of its pages.

use super::Pagination;

fn read(json: &str) -> Pagination {
    serde_json::from_str(json).unwrap()
}

#[test]
fn both_sets_of_members_are_read() {
    let ours =
        read("{\"total\":\"12\",\"count\":5,\"per_page\":5,\"current_page\":1,\"total_pages\":3}");
    assert_eq!(
        (ours.total(), ours.count(), ours.total_pages()),
        (Some(12), Some(5), Some(3))
    );
    let laravel =
        read("{\"last_page\":2,\"next_page_url\":\"https://x\",\"total\":\"many\",\"count\":-1}");
    assert_eq!(
        (laravel.last_page(), laravel.total(), laravel.count()),
        (Some(2), None, None)
    );
    assert_eq!(laravel.next_page_url().as_deref(), Some("https://x"));
}

#[test]
fn the_servers_word_decides_whether_a_page_follows() {
    for (json, after_one, after_two) in [
        ("{\"total_pages\":2}", true, false),
        ("{\"last_page\":\"2\"}", true, false),
        (
            "{\"last_page\":1,\"next_page_url\":\"https://x\"}",
            false,
            false,
        ),
        ("{\"next_page_url\":\"https://x\"}", true, true),
        (
            "{\"next_page_url\":null,\"total\":99,\"per_page\":1}",
            false,
            false,
        ),
        ("{\"links\":{\"next\":\"https://x\"}}", true, true),
        ("{\"links\":[],\"total\":11,\"per_page\":10}", true, false),
        ("{\"total\":10,\"per_page\":10}", false, false),
        ("{\"total\":10,\"per_page\":0}", false, false),
        ("{\"total\":10}", false, false),
        ("{}", false, false),
        ("[]", false, false),
    ] {
        let pagination = read(json);
        assert_eq!(
            (pagination.has_next(1), pagination.has_next(2)),
            (after_one, after_two),
            "{json}"
        );
    }
    assert!(!read("{\"total\":9,\"per_page\":2}").has_next(u64::MAX));
}

#[test]
fn whether_a_page_follows_is_told_only_where_the_server_says_so() {
    for (json, told) in [
        ("{\"total_pages\":1}", Some(false)),
        ("{\"last_page\":2}", Some(true)),
        ("{\"next_page_url\":null}", Some(false)),
        ("{\"next_page_url\":\"\"}", Some(false)),
        ("{\"links\":{\"next\":null}}", Some(false)),
        (
            "{\"links\":{\"next\":{\"href\":\"https://x\"}}}",
            Some(true),
        ),
        ("{\"links\":[{\"url\":null}]}", None),
        ("{\"total\":10,\"per_page\":10}", None),
        ("{\"total\":10}", None),
        ("{\"current_page\":1,\"per_page\":15}", None),
        ("{\"next_cursor\":\"x\"}", Some(true)),
        ("{\"nextCursor\":7}", Some(true)),
        ("{\"next_cursor\":\"\"}", Some(false)),
        ("{\"cursor\":{\"next\":null}}", Some(false)),
        ("{\"cursor\":\"x\"}", None),
        ("{\"has_more\":true}", Some(true)),
        ("{\"hasMore\":\"0\"}", Some(false)),
        ("{\"has_next\":\"perhaps\"}", None),
        ("{\"next\":2}", Some(true)),
        ("{\"next\":false}", Some(false)),
        ("{\"last_page\":1,\"next_page_url\":\"https://x\"}", None),
        ("{\"total_pages\":1,\"has_more\":true}", None),
        ("{}", None),
    ] {
        assert_eq!(read(json).tells_next(1), told, "{json}");
    }
}

#[test]
fn what_is_made_is_written_in_order() {
    let made = Pagination::new()
        .with_total(4)
        .with_per_page(2)
        .with_total(5)
        .with_next_page_url(None);
    assert_eq!(
        serde_json::to_string(&made).unwrap(),
        "{\"total\":5,\"per_page\":2,\"next_page_url\":null}"
    );
}

#[test]
fn the_link_beside_meta_counts() {
    let list = |json| serde_json::from_str::<crate::Listing<u8>>(json).unwrap();
    let last = list(
        "{\"data\":[1],\"links\":{\"next\":null},\"meta\":{\"current_page\":3,\"per_page\":1,\"total\":9}}",
    );
    assert!(!last.has_next(3));
    let more =
        list("{\"data\":[1],\"links\":{\"next\":\"https://x\"},\"meta\":{\"current_page\":3}}");
    assert!(more.has_next(3));
    assert_eq!(more.form(), crate::ListingForm::Data);
}

#[test]
fn members_are_read_by_what_they_mean() {
    for (json, total, size, page, last) in [
        // A sibling whose object is called `pagination` like RETM's.
        (
            r#"{"from":1,"to":25,"per":25,"total":589,"current":2,"path":"/x"}"#,
            Some(589),
            Some(25),
            Some(2),
            None,
        ),
        (
            r#"{"count":15,"total":"30","perPage":15,"currentPage":1,"totalPages":2}"#,
            Some(30),
            Some(15),
            Some(1),
            Some(2),
        ),
        (
            r#"{"TOTAL":30,"Limit":15,"PAGE":0,"LastPage":2}"#,
            Some(30),
            Some(15),
            Some(0),
            Some(2),
        ),
        (
            r#"{"page_size":5,"page":"3"}"#,
            None,
            Some(5),
            Some(3),
            None,
        ),
    ] {
        let read = read(json);
        let last_page = read.total_pages().or(read.last_page());
        assert_eq!(
            (
                read.total(),
                read.per_page(),
                read.current_page(),
                last_page
            ),
            (total, size, page, last),
            "{json}"
        );
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
    let one = read(r#"{"next":3,"cursor":{"next":"abc"}}"#);
    assert_eq!((one.next_page(), one.next_page_url()), (Some(3), None));
    assert_eq!(one.next_cursor().as_deref(), Some("abc"));
}

#[test]
fn pages_counted_from_zero_end_one_earlier() {
    let read = |json| -> Vec<Option<bool>> {
        let pagination = read(json);
        let told = |page| pagination.tells_next_from(page, 0);
        [0, 1, 2, 3].map(told).into()
    };
    assert_eq!(
        read("{\"total_pages\":3}"),
        [Some(true), Some(true), Some(false), Some(false)]
    );
    // The number of the last page, or how many there are: it is asked for.
    assert_eq!(
        read("{\"last_page\":3}"),
        [Some(true), Some(true), None, Some(false)]
    );
}

fn beside(json: &str) -> Option<Pagination> {
    let list: crate::Listing<u8> = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&list).unwrap(), json);
    list.pagination().cloned()
}

#[test]
fn a_cursor_beside_the_elements_is_read_besides_the_pagination() {
    let json =
        r#"{"items":[1],"pagination":{"has_more":true,"current_page":1},"next_cursor":"c2"}"#;
    let read = beside(json).unwrap();
    assert_eq!(read.next_cursor().as_deref(), Some("c2"));
    assert_eq!(
        (read.tells_next(1), read.current_page()),
        (Some(true), Some(1))
    );
    let last = r#"{"items":[1],"pagination":{"has_more":false},"Next_Cursor":null}"#;
    assert_eq!(beside(last).unwrap().tells_next(1), Some(false));
    let meta = r#"{"data":[1],"Meta":{"total":9},"cursor":{"next":"c2"}}"#;
    let read = beside(meta).unwrap();
    assert_eq!(
        (read.total(), read.next_cursor()),
        (Some(9), Some("c2".into()))
    );
}

#[test]
fn a_total_alone_beside_the_elements_may_be_money() {
    for json in [
        r#"{"items":[1],"total":589}"#,
        r#"{"items":[1],"count":3}"#,
        r#"{"items":[1],"total":589,"count":"many"}"#,
        r#"{"items":[1],"links":[]}"#,
    ] {
        assert_eq!(beside(json), None, "{json}");
    }
    for json in [
        r#"{"items":[1],"total":589,"count":50}"#,
        r#"{"items":[1],"total":589,"page":1}"#,
        r#"{"items":[1],"total":589,"next":null}"#,
    ] {
        assert_eq!(beside(json).unwrap().total(), Some(589), "{json}");
    }
}
