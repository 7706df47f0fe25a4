import ServiceManagement
import Testing

struct NavigationCheckTests {
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    @Test(arguments: ["GET", "HEAD"])
    func `a browser that goes to a page navigates`(method: String) {
        #expect(
            NavigationCheck(method: method, accept: Self.browser, path: "/servicedesk/customer/portals").isNavigation)
        #expect(NavigationCheck(method: method, accept: "TEXT/HTML", path: "/").isNavigation)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "get", ""])
    func `no other method navigates`(method: String) {
        #expect(!NavigationCheck(method: method, accept: Self.browser, path: "/servicedesk").isNavigation)
    }

    @Test(arguments: [
        nil, "", "*/*", "application/json", "text/*", "text/html;q=0", "text/html; q=0.000", "text/htmlx",
    ])
    func `a script does not navigate`(accept: String?) {
        #expect(!NavigationCheck(method: "GET", accept: accept, path: "/servicedesk").isNavigation)
    }

    @Test func `the REST API is never navigated to`() {
        #expect(!NavigationCheck(method: "GET", accept: Self.browser, path: "/rest/api/2/myself").isNavigation)
        #expect(
            !NavigationCheck(method: "GET", accept: Self.browser, path: "/jira/rest/x", contextPath: "/jira")
                .isNavigation)
    }

    @Test(arguments: [
        ("/rest", RequestClass.rest), ("/rest/", .rest), ("/rest/x", .rest), ("/restful", .navigation),
        ("/", .navigation),
        ("/servicedesk/rest/x", .navigation), ("/jira/rest/x", .navigation),
    ])
    func `classifies by the first segment`(path: String, expected: RequestClass) {
        #expect(RequestClass(path: path) == expected)
    }

    @Test func `classifies below a context path`() {
        #expect(RequestClass(path: "/jira/rest/x", contextPath: "/jira") == .rest)
        #expect(RequestClass(path: "/rest/x", contextPath: "/jira") == .navigation)
    }
}
