/** A network of the tests: a main road from w to e and a side road from s, which meet at a signal. Lanes 0 … 5 of the connections below are its links. */
export const exampleNet = `<?xml version="1.0" encoding="UTF-8"?>
<net version="1.9">
    <location netOffset="-600000.00,-5340000.00" convBoundary="0,0,400,200" origBoundary="0,0,1,1" projParameter="+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"/>
    <edge id=":m_0" function="internal">
        <lane id=":m_0_0" index="0" speed="13.89" length="20.00" shape="190,98 210,98"/>
    </edge>
    <edge id="we" from="w" to="m" priority="3" type="highway.secondary" name="Main Street">
        <lane id="we_0" index="0" allow="bus" speed="13.89" length="190.50" shape="0,95 190,95"/>
        <lane id="we_1" index="1" speed="13.89" length="190.50" width="3.00" shape="0,98 190,98"/>
    </edge>
    <edge id="ew" from="m" to="w" priority="3" type="highway.secondary">
        <lane id="ew_0" index="0" speed="13.89" length="190.50" shape="190,102 0,102"/>
    </edge>
    <edge id="me" from="m" to="e" priority="3" type="highway.secondary">
        <lane id="me_0" index="0" speed="13.89" length="190.00" shape="210,98 400,98"/>
    </edge>
    <edge id="em" from="e" to="m" priority="3" type="highway.secondary">
        <lane id="em_0" index="0" speed="13.89" length="190.00" shape="400,102 210,102"/>
    </edge>
    <edge id="sm" from="s" to="m" priority="1" type="highway.residential">
        <lane id="sm_0" index="0" speed="8.33" length="90.00" shape="202,0 202,90"/>
    </edge>
    <edge id="ms" from="m" to="s" priority="1" type="highway.residential">
        <lane id="ms_0" index="0" speed="8.33" length="90.00" shape="198,90 198,0"/>
    </edge>
    <edge id="path" from="s" to="e"><lane id="path_0" index="0" allow="pedestrian" speed="2.78" length="250" shape="200,0 400,100"/></edge>
    <tlLogic id="m" type="static" programID="0" offset="5">
        <phase duration="30" state="GGrrG"/>
        <phase duration="3" state="yyrry"/>
        <phase duration="20" state="rrGGr"/>
        <phase duration="3" state="rryyr"/>
    </tlLogic>
    <junction id="w" type="dead_end" x="0" y="100" incLanes="ew_0" intLanes=""/>
    <junction id="e" type="dead_end" x="400" y="100" incLanes="me_0" intLanes=""/>
    <junction id="s" type="dead_end" x="200" y="0" incLanes="ms_0" intLanes=""/>
    <junction id="m" type="traffic_light" x="200" y="100" incLanes="we_1 em_0 sm_0" intLanes=":m_0_0">
        <request index="0" response="00000" foes="01100" cont="0"/>
        <request index="1" response="00000" foes="01010" cont="0"/>
        <request index="2" response="00001" foes="00001" cont="0"/>
        <request index="3" response="00011" foes="10011" cont="0"/>
        <request index="4" response="00000" foes="01000" cont="0"/>
    </junction>
    <connection from="we" to="me" fromLane="1" toLane="0" via=":m_0_0" tl="m" linkIndex="0" dir="s" state="O"/>
    <connection from="we" to="ms" fromLane="1" toLane="0" tl="m" linkIndex="1" dir="r" state="O"/>
    <connection from="em" to="ew" fromLane="0" toLane="0" tl="m" linkIndex="4" dir="s" state="O"/>
    <connection from="sm" to="me" fromLane="0" toLane="0" tl="m" linkIndex="2" dir="r" state="o"/>
    <connection from="sm" to="ew" fromLane="0" toLane="0" tl="m" linkIndex="3" dir="l" state="o"/>
    <connection from=":m_0" to="me" fromLane="0" toLane="0" dir="s" state="M"/>
</net>
`;

export const exampleRoutes = `<routes>
    <vType id="car" vClass="passenger" length="4.5"/>
    <vTypeDistribution id="mix"><vType id="slow" maxSpeed="20" probability="0.3"/><vType id="fast" probability="0.7"/></vTypeDistribution>
    <route id="main" edges="we me"><stop busStop="halt" duration="20"/></route>
    <vehicle id="v" type="mix" depart="0:01:30" route="main" departLane="best" departSpeed="max"/>
    <vehicle id="b" type="bike" depart="3"><route edges="path"/></vehicle>
    <trip id="t" depart="12.5" from="sm" to="ew"/>
    <flow id="f" type="car" begin="0" end="600" vehsPerHour="360" from="em" to="ew"/>
    <flow id="p" begin="0" end="600" period="exp(0.2)" route="main"/>
    <vType id="bike" vClass="bicycle"/>
    <busStop id="halt" lane="we_0" startPos="-40" endPos="-20"/>
</routes>
`;
