import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// What a site's facade is handed, and what becomes of its answers, over real HTTP.
@Suite(.serialized) struct FacadeRouteTests {
    @Test func `a request reaches the facade octet for octet, whatever stands below its root`() async throws {
        try await TestBroker.withFacade { broker in
            let root = broker.facade()
            let headers = [("Accept", "text/html"), ("Authorization", "Bearer t"), ("Accept-Language", "de, en;q=0.5")]
            let get = try await Browser().send(.GET, "\(root)/echo?a=%41+b", headers: headers)
            #expect(get.status == 200 && get.body == "get|echo|a=%41+b|0|-|Bearer t|-|de,en")
            #expect(get.headers.first(name: "Content-Type") == "text/plain")
            #expect(get.headers.first(name: "Cache-Control") == "no-store")
            let post = try await Browser().send(.POST, root, headers: [], form: [("b", "1")])
            #expect(post.body == "post|||3|application/x-www-form-urlencoded|-|-|")
            let kept = try await Browser().send(.GET, "\(root)/echo?keep=1")
            #expect(kept.headers.first(name: "Cache-Control") == "public, max-age=300")
            let head = try await Browser().send(.HEAD, "\(root)/echo")
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test(arguments: [
        "script/portal/nothing", "script/nowhere/echo", "script/%70ortal/echo", "script", "script//portal/echo",
        "openid/portal/echo", "script/portal/echo/", "script/portal//echo",
    ])
    func `what is no route of a facade is not found`(path: String) async throws {
        try await TestBroker.withFacade { broker in
            let page = try await Browser().send(.GET, "\(broker.origin)/vestibule/\(path)")
            #expect(page.status == 404)
        }
    }

    @Test func `a site without the facade has none, and other methods have no route`() async throws {
        try await TestBroker.with { broker in
            let page = try await Browser().send(.GET, "\(broker.facade())/echo")
            #expect(page.status == 404)
        }
        try await TestBroker.withFacade { broker in
            for method: HTTPMethod in [.PUT, .DELETE, .PATCH, .OPTIONS] {
                let page = try await Browser().send(method, "\(broker.facade())/echo")
                #expect(page.status >= 404)
            }
        }
    }

    @Test func `two authorization headers are none, and two session cookies are none`() async throws {
        try await TestBroker.withFacade { broker in
            let twice = [("Authorization", "Bearer a"), ("Authorization", "Bearer b")]
            let page = try await Browser().send(.GET, "\(broker.facade())/echo", headers: twice)
            #expect(page.body == "get|echo||0|-|-|-|")
            let browser = Browser()
            try await browser.signIn(broker)
            let own = try await browser.send(.GET, "\(broker.facade())/echo")
            #expect(own.body.contains("|handle|"))
            let handle = "vestibule-session=\(browser.cookie("vestibule-session") ?? "")"
            let planted = try await browser.send(
                .GET, "\(broker.facade())/echo", headers: [("Cookie", "\(handle); vestibule-session=x")])
            #expect(!planted.body.contains("|handle|"))
        }
    }

    @Test func `a body or query beyond the bounds is refused and recorded`() async throws {
        try await TestBroker.withFacade { broker in
            let root = broker.facade()
            let largest = String(repeating: "a", count: FacadeRequest.maximumBodyOctets - 2)
            let fits = try await Browser().send(.POST, "\(root)/echo", form: [("b", largest)])
            #expect(fits.body.contains("|\(FacadeRequest.maximumBodyOctets)|"))
            let tooLarge = try await Browser().send(.POST, "\(root)/echo", form: [("b", largest + "a")])
            #expect(tooLarge.status == 400)
            let long = String(repeating: "a", count: FacadeRequest.maximumQueryOctets + 1)
            let tooLong = try await Browser().send(.GET, "\(root)/echo?\(long)")
            #expect(tooLong.status == 400 && !tooLong.body.contains("aaa"))
            #expect(try await broker.auditKinds(code: "malformed_request").map(\.kind) == [.facadeRefused])
        }
    }

    // MARK: Refusals

    @Test(arguments: [
        ("redirect_uri_mismatch", 400), ("client_unknown", 400), ("replayed", 400), ("request_expired", 400),
        ("message_refused", 400), ("grant_invalid", 400), ("not_admitted", 403), ("portal_name_taken", 403),
        ("authentication_insufficient", 403), ("login_required", 403), ("site_incomplete", 503),
        ("configuration_invalid", 503), ("store_unavailable", 503), ("a_code_of_its_own", 400),
    ])
    func `a refusal is a page with a sentence, whom to ask and a reference that the audit log knows`(
        code: String, status: Int
    ) async throws {
        try await TestBroker.withFacade { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let page = try await browser.send(.GET, "\(broker.facade())/refuse?code=\(code)")
            #expect(page.status == UInt(status) && page.location == nil)
            #expect(page.body.contains("data-code=\"\(code)\"") && page.body.contains("it@acme.example"))
            #expect(!page.body.contains("only for the operator"))
            #expect(page.headers.first(name: "Referrer-Policy") == "no-referrer")
            #expect(page.headers.first(name: "Cache-Control") == "no-store")
            let reference = try #require(page.body.firstMatch(of: #/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/#)).0
            let records = try await broker.auditKinds(code: code)
            #expect(records.map(\.kind) == [.facadeRefused])
            #expect(records[0].body.contains(reference.replacingOccurrences(of: "-", with: "").lowercased()))
            let mayTryAgain = code != "not_admitted" && code != "portal_name_taken"
            #expect(page.body.contains("href=\"/servicedesk/customer/portals\"") == mayTryAgain)
        }
    }

    @Test func `a program reads a refusal as JSON, and a refused document is recorded as it is`() async throws {
        try await TestBroker.withFacade { broker in
            let root = broker.facade()
            let json = try await Browser().send(
                .GET, "\(root)/refuse?code=client_unknown", headers: [("Accept", "application/json")])
            #expect(json.status == 400 && json.headers.first(name: "Content-Type") == "application/json")
            let read = try JSONDecoder().decode([String: String].self, from: Data(json.body.utf8))
            #expect(read["error"] == "client_unknown" && read["reference"]?.isEmpty == false)
            let token = try await Browser().send(.POST, "\(root)/token", headers: [], form: [])
            #expect(token.status == 401 && token.headers.first(name: "WWW-Authenticate") == "Basic")
            #expect(token.body == #"{"error":"invalid_client"}"#)
            #expect(token.headers.first(name: "Cache-Control") == "no-store")
            #expect(token.headers.first(name: "Pragma") == "no-cache")
            #expect(try await broker.auditKinds(code: "client_authentication").map(\.kind) == [.facadeRefused])
        }
    }

    // MARK: Steps

    @Test(arguments: [
        ("https://jsm.example/in", true), ("http://127.0.0.1:8080/in", true), ("http://jsm.localhost/in", true),
        ("http://jsm.example/in", false), ("javascript:alert(1)", false), ("/vestibule/start", false),
        ("https://user@jsm.example/in", false), ("ftp://jsm.example/in", false),
    ])
    func `a browser is sent to a site over https or on loopback only`(address: String, isSent: Bool) async throws {
        for posts in [false, true] {
            try await TestBroker.withFacade(["posts": .bool(posts)]) { broker in
                let to = address.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let page = try await Browser().send(.GET, "\(broker.facade())/go?to=\(to)")
                guard isSent else {
                    #expect(page.status == 503 && page.location == nil && !page.body.contains("data-autosubmit"))
                    return
                }
                #expect(page.headers.first(name: "Referrer-Policy") == "no-referrer")
                #expect(page.headers.first(name: "Cache-Control") == "no-store")
                if posts {
                    #expect(page.status == 200 && Browser.action(in: page.body) == address)
                    #expect(page.body.contains("Taking you to Support portal"))
                    #expect(page.body.contains("name=\"a\" value=\"&lt;1&gt;\""))
                    let policy = page.headers.first(name: "Content-Security-Policy") ?? ""
                    #expect(policy.contains("form-action 'self' https: http:"))
                } else {
                    #expect(page.status == 303 && page.location?.hasPrefix(address) == true)
                }
            }
        }
    }
}
