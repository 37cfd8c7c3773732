// Package telemetry owns how a process shows its numbers: one page of metrics
// in the format of Prometheus. What is counted belongs to those who count.
package telemetry
