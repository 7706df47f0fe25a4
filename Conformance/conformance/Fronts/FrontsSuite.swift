// SPDX-License-Identifier: Apache-2.0

/// Every front that is shipped, as a real proxy with the shipped configuration, against every row.
enum FrontsSuite {
    static let group = "fronts"
    /// The row of a front that could not be tested at all.
    static let starting = "starts"

    /// The columns.
    static let fronts: [any Front] = [NginxFront(), CaddyFront(), TraefikFront(), InPathFront()] + furtherFronts

    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        let vectors = try FrontVectors()
        try require(!FrontRow.namingThree.isEmpty && !FrontRow.namingSeven.isEmpty, "there are no forms of requests")
        let world = try await FrontWorld.start(publicPaths: vectors.publicPaths)
        var results: [CheckResult] = []
        for front in fronts where options.fronts.isEmpty || options.fronts.contains(front.name) {
            results += await column(front, vectors.rows + FrontRow.all, world)
        }
        await world.stop()
        return results
    }

    /// One front against all rows; one that does not start fails in one line that says why.
    private static func column(_ front: any Front, _ rows: [FrontRow], _ world: FrontWorld) async -> [CheckResult] {
        let running: RunningFront
        do {
            let port = front.mode == .inPath ? 0 : try FreePort.take()
            var addresses = try await world.addresses(front: port)
            if front.mode == .inPath { addresses.front = addresses.broker }
            running = try await RunningFront.start(front, addresses)
        } catch {
            return [CheckResult(group, front.name, row: starting, .failed("\(starting): \(error)"))]
        }
        let door = FrontDoor(behind: world, running: running)
        var results = [CheckResult(group, front.name, row: starting, .passed)]
        for row in rows {
            if let cell = await row.cell(door) { results.append(cell) }
        }
        await running.stop()
        return results
    }
}
