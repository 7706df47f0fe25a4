import Broker
import Foundation
import ServiceManagement
import Testing

struct JSMClientTests {
    private static let cloudUser =
        #"{"accountId":"qm:a:1","emailAddress":"ann@acme.example","displayName":"Ann","active":true}"#
    private static let serverUser = #"{"name":"ann@acme.example","key":"JIRAUSER1","emailAddress":"ann@acme.example"}"#

    @Test func `people are account ids on Cloud and user names on Data Center`() async throws {
        for (product, key) in [(JSMProduct.cloud, "accountIds"), (.dataCenter, "usernames")] {
            let jsm = ScriptedJSM(.init(status: 204), .init(status: 204), .init(status: 204))
            let client = jsm.client(product)
            try await client.addCustomers(["a", "b"], to: 3)
            try await client.addMembers(["a"], to: 9)
            try await client.removeMembers(["a"], from: 9)
            #expect(
                jsm.requests.map(\.line) == [
                    #"POST /rest/servicedeskapi/servicedesk/3/customer {"\#(key)":["a","b"]}"#,
                    #"POST /rest/servicedeskapi/organization/9/user {"\#(key)":["a"]}"#,
                    #"DELETE /rest/servicedeskapi/organization/9/user {"\#(key)":["a"]}"#,
                ])
        }
    }

    @Test func `a customer is made with the names and the flag of each product`() async throws {
        let cloud = ScriptedJSM(.init(status: 201, body: Self.cloudUser))
        #expect(try await cloud.client(.cloud).createCustomer(email: "ann@acme.example", name: "Ann").id == "qm:a:1")
        #expect(
            cloud.requests.map(\.line) == [
                #"POST /rest/servicedeskapi/customer?strictConflictStatusCode=true {"displayName":"Ann","email":"ann@acme.example"}"#
            ])
        let server = ScriptedJSM(.init(status: 201, body: Self.serverUser))
        let made = try await server.client(.dataCenter).createCustomer(email: "ann@acme.example", name: "Ann")
        #expect(made.id == "ann@acme.example")
        #expect(
            server.requests.map(\.line) == [
                #"POST /rest/servicedeskapi/customer {"email":"ann@acme.example","fullName":"Ann"}"#
            ])
    }

    @Test func `a duplicate is 409 on Cloud and 400 on Data Center`() async throws {
        for (product, status, code) in [
            (JSMProduct.cloud, 409, JSMError.Code.duplicate), (.cloud, 400, .rejected), (.dataCenter, 400, .duplicate),
        ] {
            let jsm = ScriptedJSM(.init(status: status, body: #"{"errorMessage":"An account exists"}"#))
            let error = await #expect(throws: JSMError.self) {
                try await jsm.client(product).createCustomer(email: "ann@acme.example", name: "Ann")
            }
            #expect(error?.code == code && error?.detail.hasSuffix("\(status), An account exists") == true)
        }
    }

    @Test func `a person is found by the exact address and by no other that a search shows`() async throws {
        let other = #"{"accountId":"qm:a:2","emailAddress":"ann@acme.example.evil.example"}"#
        let cloud = ScriptedJSM(.init(body: "[\(other),\(Self.cloudUser)]"), .init(body: "[\(other)]"))
        #expect(try await cloud.client(.cloud).findCustomer(email: "Ann@acme.example")?.id == "qm:a:1")
        #expect(try await cloud.client(.cloud).findCustomer(email: "ann@acme.example") == nil)
        #expect(cloud.requests.first?.line == "GET /rest/api/3/user/search?query=Ann%40acme.example")
        let server = ScriptedJSM(
            .init(body: Self.serverUser), .init(status: 404, body: #"{"errorMessages":["nobody"],"errors":{}}"#))
        #expect(try await server.client(.dataCenter).findCustomer(email: "ann@acme.example")?.id == "ann@acme.example")
        #expect(try await server.client(.dataCenter).findCustomer(email: "bob@acme.example") == nil)
    }

    @Test func `an organization that is there already is the one that is made`() async throws {
        let jsm = ScriptedJSM(.init(status: 201, body: #"{"id":"7","name":"Acme","scimManaged":true}"#))
        #expect(
            try await jsm.client(.cloud).createOrganization("Acme")
                == JSMOrganization(id: 7, name: "Acme", isSCIMManaged: true))
        #expect(jsm.requests.map(\.line) == [#"POST /rest/servicedeskapi/organization {"name":"Acme"}"#])
    }

    @Test func `a list goes on to its last page, past short pages and a lowered limit`() async throws {
        func page(_ ids: [Int], last: Bool) -> ScriptedJSM.Answer {
            let values = ids.map { #"{"id":\#($0),"name":"o\#($0)"}"# }.joined(separator: ",")
            return .init(body: #"{"size":9,"start":0,"limit":2,"isLastPage":\#(last),"values":[\#(values)]}"#)
        }
        let jsm = ScriptedJSM(page([1, 2], last: false), page([3], last: false), page([], last: true))
        #expect(try await jsm.client(.cloud).organizations().map(\.id) == [1, 2, 3])
        #expect(jsm.requests.map { $0.url.query() } == ["start=0&limit=100", "start=2&limit=100", "start=3&limit=100"])
    }

    @Test func `a list that stands still without an end is refused`() async throws {
        let jsm = ScriptedJSM(.init(body: #"{"isLastPage":false,"values":[]}"#))
        let error = await #expect(throws: JSMError.self) { try await jsm.client(.cloud).organizations() }
        #expect(error?.code == .malformedAnswer && jsm.requests.count == 1)
    }

    @Test func `a desk's customers are asked for, and taken off it, as an experiment and on Cloud alone`() async throws
    {
        let jsm = ScriptedJSM(
            .init(body: #"{"isLastPage":true,"values":[\#(Self.cloudUser)]}"#), .init(status: 204), .init(status: 204))
        let client = jsm.client(.cloud)
        #expect(try await client.customers(of: 3)?.map(\.id) == ["qm:a:1"])
        try await client.removeCustomers(["qm:a:1"], from: 3)
        #expect(jsm.requests.allSatisfy { $0.field("X-ExperimentalApi") == "opt-in" })
        #expect(
            jsm.requests.last?.line == #"DELETE /rest/servicedeskapi/servicedesk/3/customer {"accountIds":["qm:a:1"]}"#)
        try await client.detach(7, from: 3)
        #expect(jsm.requests.last?.field("X-ExperimentalApi") == nil)
        #expect(
            jsm.requests.last?.line == #"DELETE /rest/servicedeskapi/servicedesk/3/organization {"organizationId":7}"#)

        let server = ScriptedJSM()
        #expect(try await server.client(.dataCenter).customers(of: 3) == nil)
        let error = await #expect(throws: JSMError.self) {
            try await server.client(.dataCenter).removeCustomers(["ann"], from: 3)
        }
        #expect(error?.code == .notPossible && server.requests.isEmpty)
    }

    @Test func `the account is Basic with a name and Bearer without`() async throws {
        let basic = ScriptedJSM(.init(body: #"{"version":"10.3.0"}"#))
        let client = basic.client(.cloud, .basic(user: "bot@acme.example", token: Secret("t0ken")))
        #expect(try await client.info().version == "10.3.0")
        #expect(basic.requests.first?.field("Authorization") == "Basic Ym90QGFjbWUuZXhhbXBsZTp0MGtlbg==")
        let bearer = ScriptedJSM(.init(body: #"{"version":"10.3.0"}"#))
        _ = try await bearer.client(.dataCenter).info()
        #expect(bearer.requests.first?.field("Authorization") == "Bearer pat")
    }

    @Test(arguments: [
        (401, JSMError.Code.unauthenticated), (403, .forbidden), (404, .notFound), (405, .rejected), (409, .duplicate),
        (412, .rejected), (429, .throttled), (500, .unavailable), (502, .unavailable), (503, .unavailable),
        (302, .malformedAnswer),
    ])
    func `every status has its meaning`(status: Int, code: JSMError.Code) async throws {
        let jsm = ScriptedJSM(.init(status: status, body: "<html>proxy</html>"))
        let error = await #expect(throws: JSMError.self) { try await jsm.client(.cloud).info() }
        #expect(error?.code == code && error?.detail == "GET /rest/servicedeskapi/info: \(status)")
        #expect(error?.retryAfter == nil && "\(error as (any Error)?)".contains("Bearer") == false)
    }

    @Test func `both shapes of error are read`() async throws {
        for (body, words) in [
            (#"{"errorMessage":"No.","i18nErrorMessage":{"i18nKey":"x","parameters":[]}}"#, "No."),
            (#"{"errorMessages":["One"],"errors":{"b":"two","a":"three"}}"#, "One; a: three; b: two"),
        ] {
            let jsm = ScriptedJSM(.init(status: 400, body: body))
            let error = await #expect(throws: JSMError.self) { try await jsm.client(.cloud).info() }
            #expect(error?.detail == "GET /rest/servicedeskapi/info: 400, \(words)")
        }
    }

    @Test(arguments: [
        (["Retry-After": "17"], 17), (["Retry-After": "Tue, 14 Nov 2023 22:14:00 GMT"], 40),
        (["X-RateLimit-Reset": "2023-11-14T22:15Z"], 100), (["x-ratelimit-reset": "2023-11-14T22:13:50Z"], 30),
        (["Beta-Ratelimit": #""tenant-app-quota";r=0;t=21"#], 21), (["RateLimit": "limit=5, remaining=0, reset=9"], 9),
        (["Retry-After": "3", "Beta-Ratelimit": #""q";r=0;t=21"#], 21), (["Retry-After": "999999"], 3600),
    ])
    func `the longest hint counts, however it is spelt`(headers: [String: String], seconds: Int) async throws {
        for status in [429, 503] {
            let jsm = ScriptedJSM(.init(status: status, headers: headers))
            let error = await #expect(throws: JSMError.self) { try await jsm.client(.cloud).info() }
            #expect(error?.code == .throttled && error?.retryAfter == .seconds(seconds), "\(headers)")
        }
    }

    @Test func `a hint that says nothing is none`() async throws {
        for value in ["soon", "-5", "nan", ""] {
            let jsm = ScriptedJSM(.init(status: 429, headers: ["Retry-After": value]))
            let error = await #expect(throws: JSMError.self) { try await jsm.client(.cloud).info() }
            #expect(error?.code == .throttled && error?.retryAfter == nil)
        }
    }

    @Test(arguments: ["", "{}", "[]", #"{"accountId":"","emailAddress":"a@b.example"}"#, "<html>"])
    func `an answer of another form is refused`(body: String) async throws {
        let jsm = ScriptedJSM(.init(status: 201, body: body))
        let error = await #expect(throws: JSMError.self) {
            try await jsm.client(.cloud).createCustomer(email: "a@b.example", name: "A")
        }
        #expect(error?.code == .malformedAnswer)
    }

    @Test func `a transport that fails is told with its cause`() async throws {
        let error = await #expect(throws: JSMError.self) { try await ScriptedJSM().client(.cloud).info() }
        #expect(error?.code == .unreachable && error?.detail == "unreachable: nothing is written down")
    }

    @Test func `the table of the documentation is the one that is published`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Documentation/jsm/portal-grants.md")
        #expect(try String(contentsOf: file, encoding: .utf8).contains(JSMCapability.table))
    }
}
