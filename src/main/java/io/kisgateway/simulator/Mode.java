package io.kisgateway.simulator;

/** Which of the two KIS hosts a simulator plays (facts 1.1): 실전투자 or 모의투자. */
public enum Mode { REAL, VIRTUAL }
