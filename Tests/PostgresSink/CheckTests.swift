import Testing

@testable import PostgresSink
