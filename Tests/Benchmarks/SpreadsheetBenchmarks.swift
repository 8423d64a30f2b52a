import Foundation
import Spreadsheet

/// Measures the reading of workbooks, from their bytes to the value of every cell, beside xlrd and openpyxl, which take
/// turns with this process. Times are CPU times, so that other programs disturb less.
struct SpreadsheetBenchmarks {
  private static let turns = 9

  func measurements() throws -> [Measurement] {
    let python = try WorkbookReaders()
    var samples: [String: [Double]] = [:]
    for turn in -1..<Self.turns {
      for (name, file) in [("xlrd", "cells.xls"), ("openpyxl", "cells.xlsx"), ("openpyxl-rows", "cells.xlsx")] {
        let theirs = try python.read(name)
        let ours = try cpuMilliseconds { try Self.read([UInt8](python.content(of: file))) }
        guard turn >= 0 else { continue }
        samples[name, default: []].append(theirs)
        samples[file, default: []].append(ours)
        samples["\(name) ratio", default: []].append(theirs / ours)
      }
    }
    func row(_ title: String, _ unit: String, _ name: String, _ target: Measurement.Target? = nil) -> Measurement {
      Measurement(name: title, unit: unit, samples: samples[name] ?? [], target: target)
    }
    return [
      row(".xls of 100,000 cells, CPU", "ms", "cells.xls"), row("the same with xlrd", "ms", "xlrd"),
      row("ratio: xlrd to this", "", "xlrd ratio", .atLeast(10)),
      row(".xlsx of 100,000 cells, CPU", "ms", "cells.xlsx"), row("the same with openpyxl", "ms", "openpyxl"),
      row("the same with openpyxl, read-only, values only", "ms", "openpyxl-rows"),
      row("ratio: openpyxl to this", "", "openpyxl ratio", .atLeast(10)),
      row("ratio: openpyxl, read-only, to this", "", "openpyxl-rows ratio", .atLeast(10)),
    ]
  }

  private static func read(_ bytes: [UInt8]) throws {
    let workbook = try Spreadsheet(bytes)
    var count = 0
    for info in workbook.sheets {
      let sheet = try workbook.sheet(info)
      for row in 0..<sheet.rowCount {
        for column in 0..<sheet.columnCount where sheet[row, column] != nil { count += 1 }
      }
    }
    guard count == 100_000 else { throw WorkbookReaders.Failed(description: "\(count) cells were read") }
  }
}

/// A process of Python that reads the same workbooks.
private final class WorkbookReaders {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  private let folder = FileManager.default.temporaryDirectory.appending(path: "workbooks-\(UUID().uuidString)")
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: ".local/venv/bin/python")
    process.arguments = ["Tests/Benchmarks/spreadsheet.py", folder.path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    guard line() == "ready" else { throw Failed(description: "spreadsheet.py failed: see its message above") }
  }

  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: folder)
  }

  func content(of file: String) throws -> Data { try Data(contentsOf: folder.appending(path: file)) }

  /// - Returns: the milliseconds of CPU time of one reading.
  func read(_ name: String) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(name)\n".utf8))
    guard let milliseconds = Double(line()) else { throw Failed(description: "\(name) gave no time") }
    return milliseconds
  }

  private func line() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while Glibc.read(output.fileHandleForReading.fileDescriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
