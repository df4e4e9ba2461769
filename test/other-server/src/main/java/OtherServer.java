import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binstore.MemoryBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * HAPI FHIR's JPA server for FHIR R4 on this machine's loopback address, with a database in
 * memory and the defaults of HAPI FHIR. Prints its address once it answers; the argument is
 * the port, 0 for a free one.
 */
public class OtherServer {
  public static void main(String[] arguments) throws Exception {
    ApplicationContext beans = new AnnotationConfigApplicationContext(Jpa.class);
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(arguments[0]));
    server.addConnector(connector);
    ServletContextHandler paths = new ServletContextHandler("/");
    paths.addServlet(new ServletHolder(new FhirR4(beans)), "/fhir/*");
    server.setHandler(paths);
    server.start();
    System.out.println("ready: http://127.0.0.1:" + connector.getLocalPort() + "/fhir");
    server.join();
  }

  /** What is answered under /fhir. */
  static class FhirR4 extends RestfulServer {
    private static final long serialVersionUID = 1L;
    private final transient ApplicationContext beans;

    FhirR4(ApplicationContext beans) {
      super(beans.getBean(FhirContext.class));
      this.beans = beans;
    }

    @Override
    protected void initialize() {
      registerProviders(
          beans.getBean("myResourceProvidersR4", ResourceProviderFactory.class).createProviders());
      registerProvider(beans.getBean(JpaSystemProvider.class));
      registerProvider(beans.getBean(ValueSetOperationProvider.class));
      setServerConformanceProvider(
          new JpaCapabilityStatementProvider(
              this,
              beans.getBean(IFhirSystemDao.class),
              beans.getBean(JpaStorageSettings.class),
              beans.getBean(ISearchParamRegistry.class),
              beans.getBean(IValidationSupport.class)));
      setPagingProvider(beans.getBean(DatabaseBackedPagingProvider.class));
      setDefaultResponseEncoding(EncodingEnum.JSON);
    }
  }

  /** Where and how it keeps its data. */
  @Configuration
  @Import({
    JpaR4Config.class,
    HapiJpaConfig.class,
    JpaBatch2Config.class,
    Batch2JobsConfig.class,
    SubscriptionSubmitterConfig.class,
    SubscriptionChannelConfig.class,
    ThreadPoolFactoryConfig.class
  })
  static class Jpa {
    @Bean
    DataSource dataSource() {
      BasicDataSource source = new BasicDataSource();
      source.setDriver(new org.h2.Driver());
      source.setUrl("jdbc:h2:mem:fhir;DB_CLOSE_DELAY=-1");
      return source;
    }

    @Bean
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
        ConfigurableListableBeanFactory factory,
        FhirContext context,
        JpaStorageSettings settings,
        DataSource source) {
      LocalContainerEntityManagerFactoryBean bean =
          HapiEntityManagerFactoryUtil.newEntityManagerFactory(factory, context, settings);
      Properties properties = new Properties();
      properties.put("hibernate.dialect", HapiFhirH2Dialect.class.getName());
      properties.put("hibernate.hbm2ddl.auto", "update");
      properties.put("hibernate.search.enabled", "false");
      bean.setPersistenceUnitName("fhir");
      bean.setDataSource(source);
      bean.setJpaProperties(properties);
      return bean;
    }

    @Bean
    @Primary
    JpaTransactionManager transactionManager(EntityManagerFactory factory) {
      return new JpaTransactionManager(factory);
    }

    @Bean
    JpaStorageSettings storageSettings() {
      return new JpaStorageSettings();
    }

    @Bean
    PartitionSettings partitionSettings() {
      return new PartitionSettings();
    }

    @Bean
    SubscriptionSettings subscriptionSettings() {
      return new SubscriptionSettings();
    }

    @Bean
    IBinaryStorageSvc binaryStorage() {
      return new MemoryBinaryStorageSvcImpl();
    }
  }
}
