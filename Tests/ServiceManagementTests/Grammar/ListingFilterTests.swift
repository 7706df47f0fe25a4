import Broker
import ServiceManagement
import Testing

struct ListingFilterTests {
    /// What somebody may see who sees portal 3: desk 13, project SUP, types 25 and 26.
    private func permits(_ names: NamedPlaces) -> Bool {
        names.portals.isSubset(of: [3]) && names.serviceDesks.isSubset(of: [13])
            && names.projects.isSubset(of: ["SUP"]) && names.requestTypes.isSubset(of: [25, 26])
    }

    private func filtered(_ form: ListingForm, _ body: String) -> String? {
        ListingFilter(form).filtered(Array(body.utf8), permits: permits).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `knows which requests list`() throws {
        func form(_ target: String, _ method: String = "GET", _ context: String = "") throws -> ListingForm? {
            try ListingFilter.form(of: RequestTarget(target), method: method, contextPath: context)
        }
        #expect(try form("/rest/servicedeskapi/servicedesk?start=50") == .serviceDesks)
        #expect(try form("/jira/rest/servicedeskapi/portals", "GET", "/jira") == .portals)
        #expect(try form("/rest/servicedeskapi/request") == .requests)
        #expect(try form("/rest/servicedeskapi/request", "POST") == nil)
        #expect(try form("/rest/servicedesk/1/customer/models", "POST") == .models)
        #expect(try form("/rest/servicedeskapi/portals", "GET", "/jira") == nil)
        #expect(try form("/servicedesk/customer/portals") == nil)
    }

    @Test func `takes desks, portals and requests away that may not be seen`() {
        let desks =
            #"{"size":2,"start":0,"isLastPage":true,"values":[{"id":"13","projectKey":"SUP"},{"id":"17","projectKey":"SEC"}]}"#
        #expect(
            filtered(.serviceDesks, desks)
                == #"{"size":1,"start":0,"isLastPage":true,"values":[{"id":"13","projectKey":"SUP"}]}"#)
        #expect(
            filtered(.portals, #"{"values":[{"id":"7","name":"a"},{"id":3,"name":"\u00e9"}],"total":2}"#)
                == #"{"values":[{"id":3,"name":"\u00e9"}],"total":1}"#)
        let requests =
            #"{"size":3,"values":[{"issueKey":"SEC-1"},{"issueKey":"SUP-1","serviceDeskId":"13"},{"issueKey":"SUP-2","requestTypeId":"71"}]}"#
        #expect(filtered(.requests, requests) == #"{"size":1,"values":[{"issueKey":"SUP-1","serviceDeskId":"13"}]}"#)
    }

    @Test func `leaves an answer as it is from which nothing goes`() {
        let body = " {\"size\" : 1 ,\n \"values\": [ {\"id\":\"13\", \"x\":1e0} ] }"
        #expect(filtered(.serviceDesks, body) == String(body.dropFirst()))
    }

    @Test func `takes away entries that name nothing it can read`() {
        let body = #"{"size":5,"values":[{"name":"x"},{"id":"013"},{"id":null},7,{"id":"13"}]}"#
        #expect(filtered(.serviceDesks, body) == #"{"size":1,"values":[{"id":"13"}]}"#)
    }

    @Test func `takes portals, request types and requests from the models`() {
        let body = """
            {"user":{"name":"a"},"sharedPortal":[{"id":"3","key":"SUP"},{"id":"7","key":"SEC"}],\
            "popularPortals":{"portals":[{"id":7},{"id":3}]},"recentRequestTypes":[{"id":71,"portalId":7},{"id":25,"portalId":3}],\
            "portal":{"id":"7","name":"Secret"},"allReqFilter":{"total":2,"requestList":[{"key":"SEC-1"},{"key":"SUP-2"}]}}
            """
        #expect(
            filtered(.models, body) == """
                {"user":{"name":"a"},"sharedPortal":[{"id":"3","key":"SUP"}],"popularPortals":{"portals":[{"id":3}]},\
                "recentRequestTypes":[{"id":25,"portalId":3}],"portal":null,\
                "allReqFilter":{"total":1,"requestList":[{"key":"SUP-2"}]}}
                """)
    }

    @Test func `keeps names of members as they were`() {
        let body = #"{"a\"\\\u0001é":1,"values":[{"id":"17"}]}"#
        #expect(filtered(.serviceDesks, body) == #"{"a\"\\\u0001é":1,"values":[]}"#)
    }

    @Test(arguments: [
        "", "<html>", "[]", "{}", #"{"values":{}}"#, #"{"values":[],"values":[]}"#, #"{"values":[]} x"#, "null",
    ])
    func `passes nothing on that is no listing`(body: String) {
        #expect(filtered(.portals, body) == nil)
    }
}
